"""Merge: up to two records become one; what referred to them refers to the master."""

from collections.abc import Sequence

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.checks import check_approval
from sync_project.sandbox.records.effects import settle_record
from sync_project.sandbox.records.recycle_bin import throw_away
from sync_project.sandbox.records.store import update_record
from sync_project.sandbox.records.write_context import Values, WriteContext, find_object, load_row
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.values import format_datetime

_MERGEABLE = frozenset({"Account", "Contact", "Lead"})
_MOST_LOSERS = 2
_COPIES = frozenset({"LeadOrContactId", "MasterRecordId"})
"""References that are not moved: a copy is refreshed, and a loser keeps its own master."""


def merge_records(
    context: WriteContext, sobject: SObject, *, master_id: str, loser_ids: Sequence[str], values: Values
) -> str:
    """Merge into the master, with ``values`` written to it, and return its id."""
    if sobject.name not in _MERGEABLE:
        raise RecordError("INVALID_TYPE", f"entity type cannot be merged: {sobject.name}")
    if not 1 <= len(set(loser_ids) - {master_id}) == len(loser_ids) <= _MOST_LOSERS:
        raise RecordError("INVALID_ARGUMENT_TYPE", f"a merge takes one or {_MOST_LOSERS} other records")
    master = load_row(context.connection, sobject, master_id)
    losers = [load_row(context.connection, sobject, each) for each in loser_ids]
    for row in (master, *losers):
        check_approval(context, str(row["Id"]))
    update_record(context, sobject, str(master["Id"]), values)
    for row in losers:
        loser_id = str(row["Id"])
        _drop_twin_members(context, sobject, loser_id=loser_id, master_id=str(master["Id"]))
        _move_children(context, sobject, loser_id=loser_id, master_id=str(master["Id"]))
        merged: Values = {"MasterRecordId": master["Id"]}
        throw_away(context, sobject, loser_id, root=loser_id, values=merged, takes_children=False)
    settle_record(context.connection, sobject, str(master["Id"]))
    return str(master["Id"])


def _move_children(context: WriteContext, sobject: SObject, *, loser_id: str, master_id: str) -> None:
    """The children's SystemModstamp moves, their LastModifiedDate does not."""
    for holder, field in context.schema.references[sobject.name]:
        if field.name in _COPIES:
            continue
        stamped = ", SystemModstamp = :now" if "systemmodstamp" in holder.fields else ""
        column = quote(field.name)
        context.connection.execute(
            f"UPDATE {quote(holder.name)} SET {column} = nullif(:master, Id){stamped} "
            f"WHERE {column} = :loser",
            {"master": master_id, "loser": loser_id, "now": format_datetime(context.now)},
        )


def _drop_twin_members(context: WriteContext, sobject: SObject, *, loser_id: str, master_id: str) -> None:
    """A campaign that has both keeps the master's membership [K]."""
    if sobject.name == "Account":
        return
    column = f"{sobject.name}Id"
    twins = context.connection.execute(
        f'SELECT Id FROM "CampaignMember" WHERE {column} = ? AND NOT IsDeleted AND CampaignId IN '
        f'(SELECT CampaignId FROM "CampaignMember" WHERE {column} = ? AND NOT IsDeleted)',
        (loser_id, master_id),
    ).fetchall()
    member = find_object(context.schema, "CampaignMember")
    for (member_id,) in twins:
        throw_away(context, member, member_id, root=member_id)
