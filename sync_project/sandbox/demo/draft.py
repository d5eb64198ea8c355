"""The org while it is being drawn: records by sObject, their Ids and their audit fields."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.demo.planted import HISTORY
from sync_project.sandbox.ids import make_id

FIRST_SERIAL = 100_001
"""Clear of the records that every new org has from its first day."""
SYSTEM_TOUCH_SHARE = 0.2
"""Records that a system process stamped after the last person changed them."""

Row = dict[str, object]


def draw_moment(rng: Random, *, earliest: datetime, latest: datetime) -> datetime:
    """A whole second between two moments; the earliest where they are in the wrong order."""
    seconds = max(0, int((latest - earliest).total_seconds()))
    return earliest + timedelta(seconds=int(rng.random() * (seconds + 1)))


@dataclass(kw_only=True)
class Draft:
    """What has been drawn so far; each part draws from its own stream, so parts do not disturb each other."""

    seed: int
    as_of: datetime
    records: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._audit_rng = self.rng("audit fields")

    @property
    def started_at(self) -> datetime:
        """When the org's first record was made."""
        return self.as_of - HISTORY

    def rng(self, part: str) -> Random:
        """The random stream of one part."""
        return Random(f"{self.seed}/{part}")  # noqa: S311 - made-up data, no secrets

    def add(
        self,
        sobject: str,
        row: Row,
        *,
        created_at: datetime,
        changed_at: datetime | None = None,
        changed_by: str | None = None,
    ) -> str:
        """Store a record under a new Id and return the Id.

        Without ``changed_at`` a person changed it at some later time. ``changed_by`` is the User
        who made and changed it; None means that the record's owner did.
        """
        described = standard_schema().objects[sobject.lower()]
        record_id = make_id(described.key_prefix, FIRST_SERIAL + len(self.records[sobject]))
        rng = self._audit_rng
        modified_at = changed_at or draw_moment(rng, earliest=created_at, latest=self.as_of)
        stamped_at = modified_at
        if rng.random() < SYSTEM_TOUCH_SHARE:
            stamped_at = min(self.as_of, modified_at + timedelta(seconds=rng.randrange(1, 864_000)))
        author = changed_by or row.get("OwnerId")
        audit: Row = {
            "CreatedDate": created_at,
            "CreatedById": author,
            "LastModifiedDate": modified_at,
            "LastModifiedById": author,
            "SystemModstamp": stamped_at,
        }
        self.records[sobject].append(
            {
                "Id": record_id,
                **({"IsDeleted": False} if "isdeleted" in described.fields else {}),
                **row,
                # History is only ever created.
                **{name: value for name, value in audit.items() if name.lower() in described.fields},
            }
        )
        return record_id
