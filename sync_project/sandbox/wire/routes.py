"""Which path leads to which handler."""

from sync_project.sandbox.wire import (
    serve_collections,
    serve_consent,
    serve_describe,
    serve_ingest_jobs,
    serve_list_views,
    serve_query,
    serve_query_jobs,
    serve_retired,
    serve_rows,
    serve_sign_in,
    serve_traffic,
)
from sync_project.sandbox.wire.web import Route, route

_DATA = "/services/data/v{version}"
_LIST_VIEWS = f"{_DATA}/sobjects/{{sobject}}/listviews"
_QUERY_JOB = f"{_DATA}/jobs/query/{{job_id}}"
_INGEST_JOB = f"{_DATA}/jobs/ingest/{{job_id}}"

ROUTES: tuple[Route, ...] = (
    route("/services/oauth2/token", is_open=True, POST=serve_sign_in.token),
    route("/services/oauth2/authorize", is_open=True, GET=serve_consent.ask, POST=serve_consent.decide),
    route("/services/oauth2/introspect", is_open=True, POST=serve_sign_in.introspect),
    route("/services/oauth2/revoke", is_open=True, GET=serve_sign_in.revoke, POST=serve_sign_in.revoke),
    route("/services/oauth2/userinfo", GET=serve_sign_in.user_info, POST=serve_sign_in.user_info),
    route("/id/{organization}/{user}", GET=serve_sign_in.identity, POST=serve_sign_in.identity),
    route(
        "/sandbox/connected-app",
        is_open=True,
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
    route(f"{_DATA}/limits", GET=serve_describe.limits),
    route(f"{_DATA}/limits/recordCount", GET=serve_describe.record_count),
    route(f"{_DATA}/sobjects", GET=serve_describe.all_objects),
    route(f"{_DATA}/sobjects/{{sobject}}", GET=serve_describe.object_summary, POST=serve_rows.create),
    route(f"{_DATA}/sobjects/{{sobject}}/describe", GET=serve_describe.one_object),
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
    route("/sandbox/list-views", is_open=True, POST=serve_list_views.create),
    route(
        f"{_DATA}/sobjects/{{sobject}}/{{record_id}}",
        GET=serve_rows.read,
        PATCH=serve_rows.update,
        DELETE=serve_rows.delete,
    ),
    route(
        f"{_DATA}/sobjects/{{sobject}}/{{field}}/{{value:path}}",
        GET=serve_rows.read_by_key,
        PATCH=serve_rows.upsert,
        DELETE=serve_rows.delete_by_key,
    ),
    route(
        f"{_DATA}/composite/sobjects",
        POST=serve_collections.create,
        PATCH=serve_collections.update,
        DELETE=serve_collections.delete,
    ),
    route(f"{_DATA}/composite/sobjects/{{sobject}}", POST=serve_collections.retrieve),
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
    route(
        "/sandbox/faults",
        is_open=True,
        GET=serve_traffic.faults,
        PUT=serve_traffic.set_faults,
        DELETE=serve_traffic.clear_faults,
    ),
    route("/sandbox/usage", is_open=True, GET=serve_traffic.usage, DELETE=serve_traffic.clear_usage),
    route("/sandbox/requests", is_open=True, GET=serve_traffic.requests, DELETE=serve_traffic.clear_requests),
)
