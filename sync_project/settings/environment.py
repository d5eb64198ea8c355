"""The one place that reads environment variables: the home, the settings file, credentials, databases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOME = "SYNC_PROJECT_HOME"
SETTINGS = "SYNC_PROJECT_SETTINGS"
DAGSTER_HOME = "DAGSTER_HOME"
LOGIN_URL = "SALESFORCE_LOGIN_URL"
CLIENT_ID = "SALESFORCE_CLIENT_ID"
CLIENT_SECRET = "SALESFORCE_CLIENT_SECRET"  # noqa: S105 (the variable's name, not a secret)


class EnvironmentVariableError(ValueError):
    """A variable is missing beside its companions."""


@dataclass(frozen=True, kw_only=True)
class OrgCredentials:
    """Client credentials of one org, as the environment gives them."""

    login_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the surroundings say."""

    home: Path
    settings_file: Path | None
    """None means the packaged defaults."""
    dagster_home: Path
    """Where Dagster keeps runs and events: its own variable, or a folder of the home."""
    credentials: OrgCredentials | None
    """None means the embedded sandbox org."""


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Read the variables; an empty one counts as absent."""
    home = Path(variables.get(HOME) or ".sync_project").absolute()
    settings_file = variables.get(SETTINGS)
    return Environment(
        home=home,
        dagster_home=Path(variables.get(DAGSTER_HOME) or home / "dagster").absolute(),
        settings_file=Path(settings_file) if settings_file else None,
        credentials=_read_credentials(variables),
    )


def named_variables(variables: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Those that settings name, such as the URL of a database; an empty one counts as absent.

    >>> named_variables({"EVENTS_URL": "sqlite:///events.db", "OTHER_URL": ""}, ["EVENTS_URL", "OTHER_URL"])
    {'EVENTS_URL': 'sqlite:///events.db'}
    """
    return {name: variables[name] for name in names if variables.get(name)}


def _read_credentials(variables: Mapping[str, str]) -> OrgCredentials | None:
    values = {name: variables.get(name, "") for name in (LOGIN_URL, CLIENT_ID, CLIENT_SECRET)}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(values):
        return None
    if missing:
        raise EnvironmentVariableError(
            f"{', '.join(missing)} not set, but {', '.join(sorted(set(values) - set(missing)))} is. "
            "Set all three to connect a real org, or none to use the embedded sandbox org."
        )
    return OrgCredentials(
        login_url=values[LOGIN_URL], client_id=values[CLIENT_ID], client_secret=values[CLIENT_SECRET]
    )
