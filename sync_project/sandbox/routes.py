"""Which path leads to which handler."""

from sync_project.sandbox import serve_collections, serve_describe, serve_rows, serve_sign_in
from sync_project.sandbox.web import Route, route

_DATA = "/services/data/v{version}"

ROUTES: tuple[Route, ...] = (
    route("/services/oauth2/token", is_open=True, POST=serve_sign_in.token),
    route("/services/oauth2/userinfo", GET=serve_sign_in.user_info, POST=serve_sign_in.user_info),
    route("/id/{organization}/{user}", GET=serve_sign_in.user_info),
    route("/services/data", is_open=True, GET=serve_sign_in.versions),
    route(_DATA, GET=serve_sign_in.resources),
    route(f"{_DATA}/limits", GET=serve_describe.limits),
    route(f"{_DATA}/limits/recordCount", GET=serve_describe.record_count),
    route(f"{_DATA}/sobjects", GET=serve_describe.all_objects),
    route(f"{_DATA}/sobjects/{{sobject}}", GET=serve_describe.object_summary, POST=serve_rows.create),
    route(f"{_DATA}/sobjects/{{sobject}}/describe", GET=serve_describe.one_object),
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
)
