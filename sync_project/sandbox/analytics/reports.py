"""Reports as records of the org: created, copied, deleted, and their asynchronous runs."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sync_project.sandbox.analytics.definitions import (
    keep_definition,
    mark_time,
    query,
    read_definition,
)
from sync_project.sandbox.analytics.report_metadata import ReportMetadata, fill_dates, read_metadata
from sync_project.sandbox.analytics.report_run import run_report, write_soql
from sync_project.sandbox.analytics.report_type import ReportColumns
from sync_project.sandbox.database import new_id, next_serial, read_setting
from sync_project.sandbox.errors import not_found
from sync_project.sandbox.ids import make_id, normalise_id
from sync_project.sandbox.records.recycle_bin import throw_away
from sync_project.sandbox.records.write_context import NEW, Values, WriteContext, insert_row, stamp
from sync_project.sandbox.values import format_datetime

_INSTANCE_PREFIX = "0LG"
_KEPT_FOR = timedelta(hours=24)
_MOST_LISTED = 200
_PUBLIC_FOLDER = "Public Reports"
"""Its id is the org's [K]."""
_UNAVAILABLE = "The data you're trying to access is unavailable."
"""[K]."""

Body = dict[str, Any]


def create_report(context: WriteContext, given: Mapping[str, object], *, copy_of: str | None = None) -> str:
    """Create a report of ``reportMetadata`` and return its id; call inside a transaction.

    It needs a name and a report type, such as ``{"type": "LeadList"}``; a copy needs only a name.
    """
    stored = None if copy_of is None else read_report(context, copy_of)
    sobject = context.schema.objects["report"]
    record_id = new_id(context.connection, sobject)
    name = re.sub(r"\W+", "_", str(given.get("name"))).strip("_")
    own = {
        "developerName": given.get("developerName")
        or (name if stored is None else f"{name}_{record_id[12:15]}"),
        "folderId": given.get("folderId") or read_setting(context.connection, "organization_id"),
        "id": record_id,
    }
    metadata = read_metadata(stored, {**given, **own}, today=context.now.date())
    row: Values = {"Id": record_id, "OwnerId": context.user_id, "FolderName": _PUBLIC_FOLDER, "IsDeleted": 0}
    row |= dict.fromkeys(("Name", "DeveloperName"), name)
    insert_row(context.connection, sobject, stamp(context, sobject, names=NEW) | row)
    _keep(context, metadata)
    return record_id


def _keep(context: WriteContext, metadata: ReportMetadata) -> None:
    query(context, f"{write_soql(context, metadata)} LIMIT 1")
    context.connection.execute(
        'UPDATE "Report" SET Name = ?, DeveloperName = ?, Description = ?, Format = ? WHERE Id = ?',
        (
            metadata.name,
            metadata.developer_name,
            metadata.description,
            metadata.report_format.capitalize(),
            metadata.id,
        ),
    )
    keep_definition(context, str(metadata.id), metadata.model_dump_json(by_alias=True))


def delete_report(context: WriteContext, report_id: str) -> None:
    """Move a report to the recycle bin; call inside a transaction."""
    record_id = str(read_report(context, report_id).id)
    throw_away(context, context.schema.objects["report"], record_id, root=record_id)


def read_report(context: WriteContext, report_id: str) -> ReportMetadata:
    """A report; a 404 when there is none."""
    found = context.connection.execute(
        'SELECT Id FROM "Report" WHERE Id = ? AND NOT IsDeleted', (normalise_id(report_id),)
    ).fetchone()
    if found is None:
        raise not_found(_UNAVAILABLE)
    kept = ReportMetadata.model_validate_json(read_definition(context, found[0]))
    dates = fill_dates(kept.standard_date_filter, today=context.now.date())
    return kept.model_copy(update={"standard_date_filter": dates})


def list_reports(context: WriteContext) -> list[tuple[str, str]]:
    """Id and name of up to 200 reports, the latest seen or changed first."""
    rows = context.connection.execute(
        'SELECT Id, Name FROM "Report" WHERE NOT IsDeleted '
        "ORDER BY coalesce(LastViewedDate, LastModifiedDate) DESC, Id LIMIT ?",
        (_MOST_LISTED,),
    )
    return [(str(each[0]), str(each[1])) for each in rows.fetchall()]


def describe_report(context: WriteContext, metadata: ReportMetadata) -> Body:
    """What describe answers, without its ``attributes``."""
    columns = ReportColumns(context.schema, metadata)
    return {
        "reportExtendedMetadata": columns.extended_metadata(),
        "reportMetadata": columns.complete(metadata),
        "reportTypeMetadata": columns.type_metadata(),
    }


def run_now(context: WriteContext, metadata: ReportMetadata, *, with_details: bool) -> Body:
    """Run a report; call inside a transaction, for the run is noted."""
    names = ("LastRunDate", "LastViewedDate", "LastReferencedDate")
    mark_time(context, "Report", str(metadata.id), names=names)
    return run_report(context, metadata, with_details=with_details)


def run_later(context: WriteContext, metadata: ReportMetadata, *, with_details: bool) -> Body:
    """Run a report as an instance whose result is fetched later; call inside a transaction.

    It is run at once, and says ``New`` only in this reply.
    """
    result = run_now(context, metadata, with_details=with_details)
    instance_id = make_id(_INSTANCE_PREFIX, next_serial(context.connection, _INSTANCE_PREFIX))
    moment = context.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    info: Body = {
        "completionDate": moment,
        "hasDetailRows": with_details,
        "id": instance_id,
        "ownerId": context.user_id,
        "queryable": False,
        "requestDate": moment,
        "status": "Success",
    }
    context.connection.execute(
        "INSERT INTO _report_instance VALUES (?, ?, ?, ?, ?)",
        (instance_id, metadata.id, format_datetime(context.now), json.dumps(info), json.dumps(result)),
    )
    return info | {"completionDate": None, "status": "New"}


def list_instances(context: WriteContext, report: ReportMetadata) -> list[Body]:
    """The runs of the last 24 hours, the latest first."""
    rows = context.connection.execute(
        "SELECT info FROM _report_instance WHERE report_id = ? AND requested_at > ? "
        "ORDER BY requested_at DESC, id DESC",
        (report.id, _oldest_kept(context)),
    )
    return [json.loads(info) for (info,) in rows.fetchall()]


def read_instance(context: WriteContext, report: ReportMetadata, instance_id: str) -> tuple[Body, Body]:
    """What is known of a run, and its result; a 404 when there is none any more."""
    row = context.connection.execute(
        "SELECT info, result FROM _report_instance WHERE report_id = ? AND id = ? AND requested_at > ?",
        (report.id, normalise_id(instance_id), _oldest_kept(context)),
    ).fetchone()
    if row is None:
        raise not_found(_UNAVAILABLE)
    return json.loads(row[0]), json.loads(row[1])


def _oldest_kept(context: WriteContext) -> str:
    return format_datetime(context.now - _KEPT_FOR)
