"""What changed on records since their deals began, and the history that the org keeps of it.

Nothing of it was known when a deal's chance was drawn: a company grew, somebody was promoted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sync_project.sandbox.demo.deals import Deal
from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.names import read_word_lists
from sync_project.sandbox.demo.planted import PLANTED
from sync_project.sandbox.demo.profile import Seniority

TRACKED: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "Account": ("AnnualRevenue", "NumberOfEmployees"),
        "Contact": ("Title",),
        "Lead": ("AnnualRevenue", "NumberOfEmployees", "Title"),
    }
)
"""Fields whose history the admin chose to keep, beside those that every org keeps."""

GROWTH_PCT = (10, 60)
DATA_TYPES = MappingProxyType({"NumberOfEmployees": "Integer", "Title": "Text"})


def add_changes(draft: Draft, *, deals: Sequence[Deal]) -> None:
    """Let some companies grow and promote some people, after the last of their deals began."""
    rng = draft.rng("changes")
    last_deal: dict[object, datetime] = {}
    for deal in deals:
        for record_id in (deal.account.id, *(each.id for each in deal.contacts)):
            last_deal[record_id] = max(deal.created_at, last_deal.get(record_id, deal.created_at))
    records = {name: [row for row in draft.records[name] if row["Id"] in last_deal] for name in TRACKED}
    known = [row for row in records["Account"] if row["NumberOfEmployees"] is not None]
    for row in rng.sample(known, PLANTED.grown_accounts):
        employees = int(str(row["NumberOfEmployees"]))
        grown = employees + max(1, employees * rng.randint(*GROWTH_PCT) // 100)
        moment = draw_moment(rng, earliest=last_deal[row["Id"]], latest=draft.as_of)
        _change(draft, "Account", row, "NumberOfEmployees", grown, moment=moment)
    words = read_word_lists().titles
    staff = [row for row in records["Contact"] if row["Title"] in words[Seniority.STAFF]]
    for row in rng.sample(staff, PLANTED.promoted_contacts):
        moment = draw_moment(rng, earliest=last_deal[row["Id"]], latest=draft.as_of)
        title = rng.choice(words[Seniority.MANAGER])
        _change(draft, "Contact", row, "Title", title, moment=moment)


def _change(draft: Draft, sobject: str, row: Row, field: str, value: object, *, moment: datetime) -> None:
    change: Row = {
        f"{sobject}Id": row["Id"],
        "Field": field,
        "DataType": DATA_TYPES[field],
        "OldValue": str(row[field]),
        "NewValue": str(value),
    }
    draft.add(
        f"{sobject}History", change, created_at=moment, changed_at=moment, changed_by=str(row["OwnerId"])
    )
    row[field] = value
    for name in ("LastModifiedDate", "SystemModstamp"):
        stamp = row[name]
        row[name] = max(moment, stamp) if isinstance(stamp, datetime) else moment
