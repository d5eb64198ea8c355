"""Records that are gone, merged into another one or deleted; only queryAll still shows them."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.planted import PLANTED

AUDIT_FIELDS = ("Id", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")


@dataclass(frozen=True, kw_only=True)
class Removal:
    """How many records of an object were merged away and how many deleted."""

    sobject: str
    merged: int
    deleted: int


REMOVALS = (
    Removal(sobject="Account", merged=PLANTED.merged_accounts, deleted=PLANTED.deleted_accounts),
    Removal(sobject="Contact", merged=PLANTED.merged_contacts, deleted=PLANTED.deleted_contacts),
    Removal(sobject="Lead", merged=PLANTED.merged_leads, deleted=PLANTED.deleted_leads),
    Removal(sobject="Opportunity", merged=0, deleted=PLANTED.deleted_opportunities),
)


def add_removed(draft: Draft) -> None:
    """Merge and delete copies of live records, so that live counts stay as planted."""
    for removal in REMOVALS:
        rng = draft.rng(f"removed {removal.sobject}")
        survivors, deleted = _choose(draft, removal, rng=rng)
        losers = [_add_gone(draft, removal.sobject, row, survivor_id=row["Id"], rng=rng) for row in survivors]
        _chain(draft, removal.sobject, losers=losers, rng=rng)
        for row in deleted:
            _add_gone(draft, removal.sobject, row, survivor_id=None, rng=rng)
        if removal.sobject == "Contact":
            _convert_to_losers(draft, survivors=survivors, losers=losers)


def _choose(draft: Draft, removal: Removal, *, rng: Random) -> tuple[list[Row], list[Row]]:
    """The live records whose copies are merged into them, and those whose copies are deleted.

    Of the contacts a planted number came out of leads, which then point at the merged copy.
    """
    converted = {row["ConvertedContactId"] for row in draft.records["Lead"] if row["IsConverted"]}
    rows = [row for row in draft.records[removal.sobject] if not row.get("IsConverted")]
    out_of_leads = [row for row in rows if row["Id"] in converted]
    others = [row for row in rows if row["Id"] not in converted]
    first = rng.sample(out_of_leads, PLANTED.converted_to_merged_contact if out_of_leads else 0)
    in_chains = PLANTED.merge_chains if removal.merged else 0
    merged_directly = removal.merged - in_chains
    chosen = [*first, *rng.sample(others, merged_directly + removal.deleted - len(first))]
    return chosen[:merged_directly], chosen[merged_directly:]


def _add_gone(draft: Draft, sobject: str, original: Row, *, survivor_id: object, rng: Random) -> Row:
    """A copy, as old as the original, that somebody merged into the survivor or deleted."""
    copy = {name: value for name, value in original.items() if name not in AUDIT_FIELDS}
    copy["IsDeleted"] = True
    if survivor_id:
        copy["MasterRecordId"] = survivor_id
    created_at = original["CreatedDate"]
    if not isinstance(created_at, datetime):
        raise TypeError(f"{sobject} {original['Id']} has no CreatedDate to copy")
    removed_at = draw_moment(rng, earliest=created_at, latest=draft.as_of)
    draft.add(sobject, copy, created_at=created_at, changed_at=removed_at)
    return draft.records[sobject][-1]


def _chain(draft: Draft, sobject: str, *, losers: list[Row], rng: Random) -> None:
    """Merge further copies into the first losers, which were merged away in turn."""
    for loser in losers[: PLANTED.merge_chains]:
        _add_gone(draft, sobject, loser, survivor_id=loser["Id"], rng=rng)


def _convert_to_losers(draft: Draft, *, survivors: list[Row], losers: list[Row]) -> None:
    """Let converted leads name the contact that was merged away since."""
    loser_of = {survivor["Id"]: loser["Id"] for survivor, loser in zip(survivors, losers, strict=True)}
    for lead in draft.records["Lead"]:
        if lead["IsConverted"]:
            lead["ConvertedContactId"] = loser_of.get(lead["ConvertedContactId"], lead["ConvertedContactId"])
