"""An org that has lived two days, in which so much changed that an import of them has every kind of step."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.ids import add_checksum
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.merging import merge_records
from sync_project.sandbox.records.recycle_bin import delete_record, empty_recycle_bin
from sync_project.sandbox.server import serve
from sync_project.sandbox.values import format_datetime
from sync_project_tests.ingest.conftest import Clock, at, days
from sync_project_tests.ingest.disturbed.whole_import import WholeImport, contents
from sync_project_tests.ingest.events.event_home import CSV

LEADS, CONTACTS = 2_100, 2_050
SETTINGS = {
    # The leads come by Bulk, the contacts by REST in two pages.
    "salesforce": {"bulk_above_rows": 2_075},
    "ingest": {
        "objects": {
            "Account": {"fields": ["Region__c"]},
            "Lead": {"filter": "Company != 'Elsewhere'"},
            "Opportunity": {"fields": ["Sector__c"]},
        },
        "audiences": {"founders": {"object": "Lead", "soql": "SELECT Id FROM Lead WHERE Title = 'Founder'"}},
    },
}
FIRST_DAY, SECOND_DAY = at(1, 12), at(2, 12)
CHANGED = at(2, 11)
"""When somebody changed all leads and contacts in one second, so that pages end between equal stamps."""


@dataclass(frozen=True, kw_only=True)
class LivedOrg:
    """On its second day, with a home that knows the first."""

    sandbox: SandboxOrg
    clock: Clock
    second: WholeImport
    """The import of the second day into the home of the first, which is to be copied before."""
    moments: list[str]
    """Those of that import, undisturbed."""
    expected: dict[str, tuple[int, int]]
    """The contents of the tables after it."""

    def import_into(self, home: Path) -> WholeImport:
        """The import of the second day into a copy of the home."""
        return replace(self.second, home=shutil.copytree(self.second.home, home))


@contextmanager
def lived_org(folder: Path) -> Iterator[LivedOrg]:
    """Served while the block lasts."""
    clock = Clock(now=FIRST_DAY)
    with SandboxOrg.open(folder / "org", clock=clock) as sandbox, serve(sandbox) as url:
        credentials = Credentials(
            login_url=url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
        )
        first = WholeImport(
            credentials=credentials,
            changes=SETTINGS,
            home=folder / "home",
            window=days(1, 1),
            now=FIRST_DAY,
        )
        live_first_day(sandbox)
        write_events(first.home, "first.csv")
        first.run()
        clock.now = SECOND_DAY
        live_second_day(sandbox)
        write_events(first.home, "second.csv")
        second = replace(first, window=days(2, 2), now=SECOND_DAY)
        undisturbed = replace(second, home=shutil.copytree(first.home, folder / "undisturbed"))
        moments = undisturbed.run()
        yield LivedOrg(
            sandbox=sandbox,
            clock=clock,
            second=second,
            moments=moments,
            expected=contents(undisturbed.warehouse),
        )


def live_first_day(sandbox: SandboxOrg) -> None:
    sandbox.add_custom_field("Opportunity", name="Sector__c", type="Text", formula="TEXT(Account.Industry)")
    accounts = [
        {"Id": record_id("001", n), "Name": f"Account {n}", "Industry": "Toys", "SystemModstamp": at(1, 1)}
        for n in range(3)
    ]
    load_rows(sandbox, "Account", accounts)
    load_rows(
        sandbox,
        "Opportunity",
        [
            {"Id": record_id("006", n), "Name": f"Deal {n}", "StageName": "Prospecting", "Amount": n}
            | {"CloseDate": "2026-06-30", "AccountId": record_id("001", n), "SystemModstamp": at(1, 1)}
            for n in range(3)
        ],
    )
    person = {"SystemModstamp": at(1, 1), "Title": "Founder"}
    load_rows(
        sandbox,
        "Lead",
        [
            {"Id": record_id("00Q", n), "LastName": f"Lead {n}"}
            | {"Company": "Elsewhere" if n % 700 == 0 else "Acme"}
            | (person if n % 100 == 0 else {"SystemModstamp": at(1, 1)})
            for n in range(LEADS)
        ],
    )
    load_rows(
        sandbox,
        "Contact",
        [
            {"Id": record_id("003", n), "LastName": f"Contact {n}", "AccountId": record_id("001", n % 3)}
            | person
            for n in range(CONTACTS)
        ],
    )
    note_history(sandbox, "Toys", number=1)


def live_second_day(sandbox: SandboxOrg) -> None:
    """Changes, deletions, a merge, a record gone for good, a formula that moved, and a new field."""
    sandbox.add_custom_field("Account", name="Region__c", type="Text", length=40)
    with sandbox.writing() as context:
        for name in ("Lead", "Contact"):
            context.connection.execute(
                f"UPDATE {name} SET Phone = substr(Id, 10, 6), SystemModstamp = ?",
                (format_datetime(CHANGED),),
            )
        context.connection.execute("UPDATE Account SET Region__c = 'EMEA', Industry = 'Games'")
        context.connection.execute("UPDATE Lead SET Title = 'Founder' WHERE Id = ?", (record_id("00Q", 7),))
        contact, lead = sandbox.find_object("Contact"), sandbox.find_object("Lead")
        delete_record(context, contact, record_id("003", 1))
        empty_recycle_bin(context)
        delete_record(context, contact, record_id("003", 2))
        merge_records(
            context, lead, master_id=record_id("00Q", 3), loser_ids=[record_id("00Q", 4)], values={}
        )
    note_history(sandbox, "Games", number=2)


def note_history(sandbox: SandboxOrg, industry: str, *, number: int) -> None:
    load_rows(
        sandbox,
        "AccountHistory",
        [
            {"Id": record_id("017", number), "AccountId": record_id("001", 0), "Field": "Industry"}
            | {"NewValue": industry, "CreatedDate": at(number, 10)}
        ],
    )


def write_events(home: Path, name: str) -> None:
    """The same two events in each file, and a bad row."""
    events = home / "events"
    events.mkdir(parents=True, exist_ok=True)
    (events / name).write_text(f"{CSV}{name},yesterday,ann@acme.com,,page_view,\n", encoding="utf-8")


def record_id(prefix: str, number: int) -> str:
    return add_checksum(f"{prefix}{number:012}")
