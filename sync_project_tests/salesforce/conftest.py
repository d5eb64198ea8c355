"""The two orgs of this room's tests: a scripted one that misbehaves to order, and the sandbox org."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from sync_project.salesforce.org import Org, connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.salesforce.transport import Patience
from sync_project.salesforce.values import FieldValue, Record
from sync_project.salesforce.writing import upsert_records
from sync_project.sandbox.ids import add_checksum
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project_tests.salesforce.scripted_server import ScriptedServer, serving

SECRET = "s3cr3t-that-must-not-be-seen"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as scripted:
        yield scripted


@pytest.fixture
def pauses() -> list[float]:
    """Every pause that was made, in seconds."""
    return []


@pytest.fixture
def patience(pauses: list[float]) -> Patience:
    """Pauses are noted, not spent, and always as long as they may be."""
    return Patience(
        connect_seconds=5, read_seconds=5, sleep=pauses.append, jitter=lambda shortest, longest: longest
    )


@pytest.fixture
def credentials(server: ScriptedServer) -> Credentials:
    return Credentials(login_url=server.url, client_id="3MVG9", client_secret=SECRET)


@dataclass(frozen=True, kw_only=True)
class ServedOrg:
    """The sandbox org and where it answers."""

    sandbox: SandboxOrg
    url: str


@pytest.fixture(scope="module")
def served_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOrg]:
    """One server a file, since stopping one takes longer than a test."""
    with SandboxOrg.open(tmp_path_factory.mktemp("org")) as sandbox, serve(sandbox) as url:
        yield ServedOrg(sandbox=sandbox, url=url)


@pytest.fixture
def sandbox(served_org: ServedOrg) -> SandboxOrg:
    """An org without records, whose leads have an external id."""
    sandbox = served_org.sandbox
    sandbox.reset()
    sandbox.add_custom_field("Lead", name="Key__c", type="string", length=80, external_id=True, unique=True)
    return sandbox


@pytest.fixture
def org(sandbox: SandboxOrg, served_org: ServedOrg, patience: Patience) -> Iterator[Org]:
    """The sandbox org, signed in to over real HTTP."""
    with connect(sandbox_credentials(sandbox, served_org.url), patience=patience) as org:
        yield org


def sandbox_credentials(sandbox: SandboxOrg, url: str) -> Credentials:
    return Credentials(login_url=url, client_id=sandbox.client_id, client_secret=sandbox.client_secret)


def make_lead(number: int, **changes: FieldValue) -> dict[str, FieldValue]:
    """A valid lead, keyed by its number."""
    return {"Key__c": f"key-{number}", "LastName": f"Lead {number}", "Company": "Acme"} | changes


def create_leads(org: Org, leads: Iterable[Record]) -> list[str]:
    """Their ids, in order."""
    batches = upsert_records(org, sobject="Lead", external_id_field="Key__c", records=leads)
    results = list(itertools.chain.from_iterable(batches))
    assert all(each.is_success for each in results), results
    return [str(each.record_id) for each in results]


def load_leads(sandbox: SandboxOrg, *stamps: datetime, **fields: FieldValue) -> list[str]:
    """Leads as if they had last changed at those moments; their ids, in that order and ascending."""
    rows = [
        make_lead(number, Id=add_checksum(f"00Q{number:012}"), SystemModstamp=stamp, **fields)
        for number, stamp in enumerate(stamps)
    ]
    load_rows(sandbox, "Lead", rows)
    return [str(row["Id"]) for row in rows]


def read_lead(org: Org, record_id: str, fields: str) -> dict[str, object]:
    """The fields of one lead."""
    answer = org.call("GET", f"sobjects/Lead/{record_id}", params={"fields": fields}).json()
    return {name: answer[name] for name in fields.split(",")}
