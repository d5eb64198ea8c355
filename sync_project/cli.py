"""The command line. It prints; the rooms do the work."""

import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from pydantic import ValidationError

from sync_project.defs.org import counting_calls, dial_faults, open_org, seed_when_empty
from sync_project.defs.preview import show_audiences, show_choices, show_preview
from sync_project.defs.rescored import show_rescored
from sync_project.defs.review import keep_review, show_review
from sync_project.defs.run import Progress, RunResult, open_instance, run_job, run_sync
from sync_project.defs.summary import summarise
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.upkeep import REFRESH_JOB, SWEEP_JOB
from sync_project.ingest.audiences.preview import preview_audience
from sync_project.ingest.errors import IngestError
from sync_project.matching.corrections.answers import AnswerError
from sync_project.matching.corrections.override_file import OverridesError
from sync_project.matching.readings.own_domains import OwnDomainError
from sync_project.salesforce.errors import SalesforceError
from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.loading import load_folder
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve_forever
from sync_project.sandbox.sign_in.connected_app import register_certificate
from sync_project.scoring.rescoring import RescoreError
from sync_project.settings.environment import (
    CLIENT_ID,
    CLIENT_SECRET,
    DAGSTER_HOME,
    HOME,
    LOGIN_URL,
    SETTINGS,
    EnvironmentVariableError,
)
from sync_project.settings.ingest import AudienceSettings
from sync_project.settings.load import SettingsError
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import WarehouseError

EXPECTED = (
    EnvironmentVariableError, SettingsError, WarehouseError, SandboxError, SalesforceError, IngestError,
    OwnDomainError, OverridesError, AnswerError, RescoreError,
)  # fmt: skip
INTERRUPTED = 130
PREVIEW = "preview"

WORKSPACE = """load_from:
  - python_module:
      module_name: sync_project.definitions
      location_name: sync_project
"""


@click.group()
@click.option(
    "--settings",
    type=click.Path(path_type=Path),
    help=f"Your settings file; the variable {SETTINGS} does the same.",
)
@click.version_option(package_name="sync-project")
def main(settings: Path | None) -> None:
    """Open lead scoring and two-way Salesforce sync on DuckDB and Dagster."""
    if settings is not None:
        os.environ[SETTINGS] = str(settings.absolute())


@main.command()
def run() -> None:
    """Import, match, learn, score, plan and write back, once; the sandbox org is the default."""
    started = time.monotonic()
    surroundings = Surroundings()
    with _plain_errors():
        result = run_sync(surroundings, report=_tell_since(started))
        _expect_success(result)
        click.echo()
        for line in summarise(result, surroundings=surroundings):
            click.echo(line)
        click.echo(f"{'Elapsed':<11}{time.monotonic() - started:.0f} s")


@main.command()
def refresh() -> None:
    """Read calculated fields again, whose changes no window brings."""
    _run_upkeep(REFRESH_JOB)


@main.command()
def sweep() -> None:
    """Look for records that were deleted for good, left the pull filter, or appeared without a change."""
    _run_upkeep(SWEEP_JOB)


@main.command()
@click.argument("audience", required=False)
@click.option("--object", "object_name", help="What the records are, such as Contact.")
@click.option("--list-view", help="A list view's developer name, label or id.")
@click.option("--report", help="A report's name or id.")
@click.option("--soql", help="A whole query of the object; what it selects is shown.")
@click.option(
    "--rows", type=click.IntRange(0, 2_000), default=10, show_default=True, help="So many are shown."
)
def preview(audience: str | None, object_name: str | None, rows: int, **sources: str | None) -> None:
    """Show what an audience would bring: of the settings, or any list view, report or query."""
    surroundings = Surroundings()
    width = shutil.get_terminal_size().columns
    given = {name: each for name, each in sources.items() if each is not None}
    with _plain_errors():
        settings = surroundings.settings
        if audience is None and object_name is None and not given:
            _echo_all(show_audiences(settings.ingest.audiences, width=width))
            return
        chosen = _choose_audience(audience, object_name, given, settings=settings)
        # Each preview is a run of its own to the budget.
        run_id = f"{PREVIEW} {uuid.uuid4()}"
        with (
            open_org(surroundings, run_id=run_id, tell=click.echo) as org,
            counting_calls(org, PREVIEW, run_id=run_id, surroundings=surroundings),
        ):
            if isinstance(chosen, str):
                _echo_all(show_choices(chosen, org=org, width=width))
                return
            found = preview_audience(
                chosen, name=audience or "", org=org, warehouse=surroundings.warehouse, settings=settings
            )
            _echo_all(show_preview(found, chosen, name=audience or "", rows=rows, width=width))


@main.command()
@click.option(
    "--accept", "accepted", multiple=True, metavar="ID", help="The company is the account; repeatable."
)
@click.option("--reject", "rejected", multiple=True, metavar="ID", help="It is not; repeatable.")
@click.option("--rows", type=click.IntRange(1), default=20, show_default=True, help="So many are shown.")
def review(accepted: tuple[str, ...], rejected: tuple[str, ...], rows: int) -> None:
    """Show questions about matches, or keep answers to them in the overrides file."""
    surroundings = Surroundings()
    with _plain_errors():
        if accepted or rejected:
            _echo_all(keep_review(surroundings, accepted=accepted, rejected=rejected))
        else:
            _echo_all(show_review(surroundings, rows=rows, width=shutil.get_terminal_size().columns))


@main.command()
@click.option(
    "--as-of",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day (UTC), as 2026-11-01; its last run counts. The last day where left out.",
)
@click.option("--model", "model_id", metavar="ID", help="Score by this model of icp.model_log instead.")
@click.option("--rows", type=click.IntRange(0), default=10, show_default=True, help="So many are shown.")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="A .csv or .parquet file for all."
)
def rescore(as_of: datetime | None, model_id: str | None, rows: int, to: Path | None) -> None:
    """Score a past day again as it was, or by another model; nothing that is to be pushed changes."""
    surroundings = Surroundings()
    with _plain_errors():
        _echo_all(
            show_rescored(
                surroundings,
                as_of=as_of.date() if as_of else None,
                model_id=model_id,
                rows=rows,
                to=to,
                width=shutil.get_terminal_size().columns,
            )
        )


@main.command()
@click.option("--port", default=3000, show_default=True, help="Where the browser finds it, on 127.0.0.1.")
def ui(port: int) -> None:
    """Open the Dagster UI of this home: lineage, runs, partitions, checks."""
    with _plain_errors(), open_instance(Surroundings()) as instance:
        home = Path(instance.root_directory)
    workspace = home / "workspace.yaml"
    workspace.write_text(WORKSPACE, encoding="utf-8")
    command = ["dagster", "dev", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
    os.environ[DAGSTER_HOME] = str(home)
    # The UI takes this process over, so that Ctrl-C and its process id are its own.
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 (no shell, and nothing typed in)


@main.command()
@click.option("--port", type=int, help="On 127.0.0.1; the settings' sandbox.port where left out.")
@click.option(
    "--load", type=click.Path(path_type=Path, file_okay=False), help="A folder of <SObject>.csv files."
)
@click.option("--reset", is_flag=True, help="Forget every record first.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A PEM file with certificate and key: the org speaks https.",
)
@click.option(
    "--jwt-certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A PEM file with the certificate under which clients sign in by JWT.",
)
@click.option(
    "--faults",
    type=click.Path(path_type=Path),
    help="A YAML file of what shall go wrong; the settings' sandbox.faults where left out.",
)
def sandbox(
    port: int | None,
    load: Path | None,
    certificate: Path | None,
    jwt_certificate: Path | None,
    faults: Path | None,
    *,
    reset: bool,
) -> None:
    """Serve the sandbox org alone, for any Salesforce client; without --load a new one holds the demo."""
    surroundings = Surroundings()
    with _plain_errors(), SandboxOrg.open(surroundings.home.sandbox) as org:
        # One transaction: a folder that cannot be loaded leaves the org as it was.
        with org.transaction():
            if reset:
                org.reset()
            if load is not None:
                loaded = load_folder(org, load)
                counts = ", ".join(f"{count:,} {sobject}" for sobject, count in loaded.items())
                click.echo(f"Loaded {counts} from {load}")
            elif seed_when_empty(org, surroundings=surroundings):
                click.echo(f"Seeded the demo org in {org.folder}")
            if jwt_certificate is not None:
                register_certificate(org.connection, jwt_certificate)
        dial_faults(org, faults or surroundings.settings.sandbox.faults)
        chosen = surroundings.settings.sandbox.port if port is None else port
        serve_forever(
            org, chosen, announce=lambda url: _tell_credentials(org, url=url), certificate=certificate
        )


def _choose_audience(
    name: str | None, object_name: str | None, sources: Mapping[str, str], *, settings: Settings
) -> AudienceSettings | str:
    """An audience of the settings, one made of the options, or the object whose sources are asked for."""
    known = settings.ingest.audiences
    if name is not None:
        if object_name is not None or sources:
            raise click.UsageError("Give either the name of an audience, or --object with a source.")
        if name not in known:
            raise click.UsageError(
                f"The settings name no audience {name!r}. {_name_some(known)} "
                "For another one give --object with --list-view, --report or --soql."
            )
        return known[name]
    if object_name is None:
        raise click.UsageError("Give --object too: what the records are, such as Contact.")
    spelled = next(
        (each for each in settings.ingest.objects if each.lower() == object_name.lower()), object_name
    )
    if not sources:
        return spelled
    if len(sources) > 1:
        raise click.UsageError("Give one of --list-view, --report and --soql.")
    try:
        return AudienceSettings(object=spelled, **sources)
    except ValidationError as error:
        raise click.UsageError(f"--object {spelled!r} is no API name, such as Contact or Site__c.") from error


def _name_some(audiences: Iterable[str]) -> str:
    listed = ", ".join(audiences)
    return f"It names {listed}." if listed else "It names none."


def _echo_all(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _run_upkeep(job: str) -> None:
    with _plain_errors():
        _expect_success(run_job(job, Surroundings(), report=_tell_since(time.monotonic())))


def _expect_success(result: RunResult) -> None:
    if not result.succeeded:
        raise click.ClickException(
            "The run failed. Every table is whole, and what Salesforce acknowledged is in "
            f"outbound.activity_log; the next run goes on from here. Run {result.run_id}."
        )


def _tell_since(started: float) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        elapsed = f"{time.monotonic() - started:6.1f} s"
        name = click.style(f"{progress.name:<34}", fg="red" if progress.failed else None)
        line = f"{elapsed}  {name}{progress.text}" if progress.name else f"{elapsed}  {progress.text}"
        click.echo(line, err=progress.failed)

    return tell


def _tell_credentials(org: SandboxOrg, *, url: str) -> None:
    click.echo("Serving until Ctrl-C. In another terminal:")
    for name, value in ((LOGIN_URL, url), (CLIENT_ID, org.client_id), (CLIENT_SECRET, org.client_secret)):
        click.echo(f"  export {name}={value}")
    click.echo(f"User, password and all that an admin may change: {url}/sandbox/connected-app")


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What a person can mend is told without a traceback; Ctrl-C ends with its own code."""
    try:
        yield
    except EXPECTED as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{error.filename} cannot be used ({error.strerror}). "
            f"Choose another folder by {HOME}, or mend its permissions."
        ) from error
    except KeyboardInterrupt:
        click.echo("Interrupted. Every table is whole; the next run goes on from here.", err=True)
        raise SystemExit(INTERRUPTED) from None
