"""Which path leads to which handler."""

from sync_project.sandbox.wire import (
    serve_admin,
    serve_changes,
    serve_collections,
    serve_composite,
    serve_consent,
    serve_describe,
    serve_ingest_jobs,
    serve_layouts,
    serve_list_views,
    serve_query,
    serve_query_jobs,
    serve_related,
    serve_reports,
    serve_retired,
    serve_rows,
    serve_sign_in,
    serve_tooling,
    serve_traffic,
    serve_tree,
)
from sync_project.sandbox.wire.web import Handler, Route, route

_DATA = "/services/data/v{version}"
_LIST_VIEWS = f"{_DATA}/sobjects/{{sobject}}/listviews"
_REPORTS = f"{_DATA}/analytics/reports"
_QUERY_JOB = f"{_DATA}/jobs/query/{{job_id}}"
_TOOLING = f"{_DATA}/tooling"
_INGEST_JOB = f"{_DATA}/jobs/ingest/{{job_id}}"


def _admin(path: str, **handlers: Handler) -> Route:
    return route(f"/sandbox/{path}", is_open=True, **handlers)


def _refused(path: str, answer: Handler) -> Route:
    return route(path, GET=answer, POST=answer, PATCH=answer, PUT=answer, DELETE=answer)


ROUTES: tuple[Route, ...] = (
    _admin("convert-lead", POST=serve_admin.convert),
    _admin("merge", POST=serve_admin.merge),
    _admin("undelete", POST=serve_admin.undelete),
    _admin("empty-recycle-bin", POST=serve_admin.empty_bin),
    _admin("(?P<word>lock|unlock)", POST=serve_admin.lock),
    _admin("{kind}-rules", GET=serve_admin.rules, POST=serve_admin.add_rule),
    _admin("{kind}-rules/{rule_id}", DELETE=serve_admin.drop_rule),
    _admin("removed-objects", PUT=serve_admin.remove_objects),
    _admin("rows", POST=serve_admin.load),
    route("/services/oauth2/token", is_open=True, POST=serve_sign_in.token),
    route("/services/oauth2/authorize", is_open=True, GET=serve_consent.ask, POST=serve_consent.decide),
    route("/services/oauth2/introspect", is_open=True, POST=serve_sign_in.introspect),
    route("/services/oauth2/revoke", is_open=True, GET=serve_sign_in.revoke, POST=serve_sign_in.revoke),
    route("/services/oauth2/userinfo", GET=serve_sign_in.user_info, POST=serve_sign_in.user_info),
    route("/id/{organization}/{user}", GET=serve_sign_in.identity, POST=serve_sign_in.identity),
    _admin(
        "connected-app",
        GET=serve_sign_in.connected_app,
        PATCH=serve_sign_in.connected_app,
    ),
    route("/services/Soap/{rest:path}", is_open=True, POST=serve_retired.soap),
    route(
        "/services/async/{rest:path}",
        is_open=True,
        GET=serve_retired.bulk_v1,
        POST=serve_retired.bulk_v1,
    ),
    route("/services/data", is_open=True, GET=serve_sign_in.versions),
    route(_DATA, GET=serve_sign_in.resources),
    route(f"{_DATA}/recent", GET=serve_describe.recent_items),
    route(f"{_DATA}/limits", GET=serve_describe.limits),
    route(f"{_DATA}/limits/recordCount", GET=serve_describe.record_count),
    route(f"{_DATA}/sobjects", GET=serve_describe.all_objects),
    route(f"{_DATA}/sobjects/{{sobject}}", GET=serve_describe.object_summary, POST=serve_rows.create),
    route(f"{_DATA}/sobjects/{{sobject}}/describe", GET=serve_describe.one_object),
    route(f"{_DATA}/sobjects/{{sobject}}/describe/layouts", GET=serve_layouts.layouts),
    route(f"{_DATA}/sobjects/{{sobject}}/describe/layouts/{{record_type}}", GET=serve_layouts.one_layout),
    route(f"{_DATA}/sobjects/{{sobject}}/describe/namedLayouts/{{name}}", GET=serve_layouts.layouts),
    route(f"{_DATA}/sobjects/{{sobject}}/describe/compactLayouts", GET=serve_layouts.compact_layouts),
    route(f"{_DATA}/sobjects/{{sobject}}/describe/approvalLayouts", GET=serve_layouts.approval_layouts),
    route(f"{_DATA}/sobjects/{{sobject}}/quickActions", GET=serve_layouts.quick_actions),
    route(f"{_DATA}/quickActions", GET=serve_layouts.quick_actions),
    route(f"{_DATA}/tabs", GET=serve_layouts.tabs),
    route(f"{_DATA}/theme", GET=serve_layouts.theme),
    route(
        f"{_DATA}/sobjects/User/{{record_id}}/password",
        GET=serve_sign_in.password,
        POST=serve_sign_in.password,
    ),
    route(_LIST_VIEWS, GET=serve_list_views.list_views),
    route(f"{_LIST_VIEWS}/recent", GET=serve_list_views.recent_list_views),
    route(f"{_LIST_VIEWS}/{{view}}", GET=serve_list_views.list_view),
    route(f"{_LIST_VIEWS}/{{view}}/describe", GET=serve_list_views.describe),
    route(f"{_LIST_VIEWS}/{{view}}/results", GET=serve_list_views.results),
    _admin("list-views", POST=serve_list_views.create),
    route(_REPORTS, GET=serve_reports.report_list, POST=serve_reports.create),
    _admin("reports", POST=serve_reports.create),
    route(
        f"{_REPORTS}/{{report}}",
        GET=serve_reports.run,
        POST=serve_reports.run,
        DELETE=serve_reports.delete,
    ),
    route(f"{_REPORTS}/{{report}}/describe", GET=serve_reports.describe),
    route(f"{_REPORTS}/{{report}}/instances", GET=serve_reports.instances, POST=serve_reports.run_later),
    route(f"{_REPORTS}/{{report}}/instances/{{instance}}", GET=serve_reports.instance),
    route(f"{_DATA}/sobjects/{{sobject}}/updated", GET=serve_changes.updated),
    route(f"{_DATA}/sobjects/{{sobject}}/deleted", GET=serve_changes.deleted),
    route(f"{_DATA}/sobjects/{{sobject}}/Id", POST=serve_rows.create),
    route(
        f"{_DATA}/sobjects/{{sobject}}/{{record_id}}",
        GET=serve_rows.read,
        PATCH=serve_rows.update,
        DELETE=serve_rows.delete,
    ),
    route(f"{_DATA}/sobjects/{{sobject}}/{{record_id:id}}/{{relationship}}", GET=serve_related.read),
    route(
        f"{_DATA}/sobjects/{{sobject}}/{{field}}/{{value:path}}",
        GET=serve_rows.read_by_key,
        PATCH=serve_rows.upsert,
        DELETE=serve_rows.delete_by_key,
    ),
    route(f"{_DATA}/composite", GET=serve_composite.resources, POST=serve_composite.composite),
    route(f"{_DATA}/composite/batch", POST=serve_composite.batch),
    route(f"{_DATA}/composite/tree/{{sobject}}", POST=serve_tree.create),
    route(f"{_DATA}/composite/graph", POST=serve_composite.graph),
    route(
        f"{_DATA}/composite/sobjects",
        POST=serve_collections.create,
        PATCH=serve_collections.update,
        DELETE=serve_collections.delete,
    ),
    route(
        f"{_DATA}/composite/sobjects/{{sobject}}",
        GET=serve_collections.retrieve_by_url,
        POST=serve_collections.retrieve,
    ),
    route(f"{_DATA}/composite/sobjects/{{sobject}}/{{field}}", PATCH=serve_collections.upsert),
    route(f"{_DATA}/query", GET=serve_query.query),
    route(f"{_DATA}/queryAll", GET=serve_query.query_all),
    route(f"{_DATA}/query/{{locator}}", GET=serve_query.next_page),
    route(f"{_DATA}/queryAll/{{locator}}", GET=serve_query.next_page),
    route(f"{_DATA}/jobs/query", GET=serve_query_jobs.read_all, POST=serve_query_jobs.create),
    route(
        _QUERY_JOB,
        GET=serve_query_jobs.read,
        PATCH=serve_query_jobs.change,
        DELETE=serve_query_jobs.delete,
    ),
    route(f"{_QUERY_JOB}/results", GET=serve_query_jobs.results),
    route(f"{_QUERY_JOB}/resultPages", GET=serve_query_jobs.result_pages),
    route(f"{_DATA}/jobs/ingest", GET=serve_ingest_jobs.read_all, POST=serve_ingest_jobs.create),
    route(
        _INGEST_JOB,
        GET=serve_ingest_jobs.read,
        PATCH=serve_ingest_jobs.change,
        DELETE=serve_ingest_jobs.delete,
    ),
    route(f"{_INGEST_JOB}/batches", PUT=serve_ingest_jobs.upload),
    route(f"{_INGEST_JOB}/successfulResults", GET=serve_ingest_jobs.successful_results),
    route(f"{_INGEST_JOB}/failedResults", GET=serve_ingest_jobs.failed_results),
    route(f"{_INGEST_JOB}/unprocessedrecords", GET=serve_ingest_jobs.unprocessed_records),
    route(f"{_TOOLING}/query", GET=serve_tooling.query),
    route(f"{_TOOLING}/sobjects", GET=serve_tooling.all_objects),
    route(f"{_TOOLING}/sobjects/CustomField", POST=serve_tooling.create),
    route(f"{_TOOLING}/sobjects/{{sobject}}/describe", GET=serve_tooling.one_object),
    route(
        f"{_TOOLING}/sobjects/CustomField/{{record_id}}",
        GET=serve_tooling.read,
        PATCH=serve_tooling.update,
        DELETE=serve_tooling.delete,
    ),
    _admin(
        "faults",
        GET=serve_traffic.faults,
        PUT=serve_traffic.set_faults,
        DELETE=serve_traffic.clear_faults,
    ),
    _admin(
        "bulk",
        GET=serve_ingest_jobs.show_settings,
        PUT=serve_ingest_jobs.change_settings,
    ),
    _admin("usage", GET=serve_traffic.usage, DELETE=serve_traffic.clear_usage),
    _admin("requests", GET=serve_traffic.requests, DELETE=serve_traffic.clear_requests),
    *(_refused(path, serve_retired.refuse(each)) for path, each in serve_retired.REFUSALS.items()),
)
