"""The query behind a saved report or list view, which ``/query?explain=`` may be asked about by id."""

from sync_project.sandbox.analytics.definitions import read_definition
from sync_project.sandbox.analytics.list_views import ListView, write_query
from sync_project.sandbox.analytics.report_run import write_soql
from sync_project.sandbox.analytics.reports import read_report
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.write_context import WriteContext


def find_saved_query(context: WriteContext, record_id: str) -> str | None:
    """The SOQL; None when that is the id of neither."""
    found = normalise_id(record_id)
    kinds = {each: context.schema.objects[each].key_prefix for each in ("report", "listview")}
    if found is None or found[:3] not in kinds.values():
        return None
    if found.startswith(kinds["report"]):
        return write_soql(context, read_report(context, found))
    return write_query(context, ListView.model_validate_json(read_definition(context, found)))
