"""A reply as bytes: JSON plain or pretty, CSV streamed from files, all of it gzipped where asked for."""

import gzip
import json
from collections.abc import Mapping

from starlette.responses import Response, StreamingResponse

from sync_project.sandbox.bulk.stored_bytes import StoredBytes
from sync_project.sandbox.wire.json_text import print_json
from sync_project.sandbox.wire.web import Reply

_SMALLEST_GZIP = 1_000
_SPELLED = {b"etag": b"ETag", b"sforce-numberofrecords": b"Sforce-NumberOfRecords"}


def make_response(reply: Reply, asked: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """The response to a request with the headers ``asked``; ``headers`` go with every response."""
    headers = {**headers, **reply.headers}
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    headers = {"Vary": "Accept-Encoding", **headers}
    takes_gzip = "gzip" in asked.get("accept-encoding", "")
    if isinstance(reply.body, StoredBytes):
        return _stream(reply.status, reply.body, headers, takes_gzip=takes_gzip)
    content = reply.body if isinstance(reply.body, bytes) else _encode(reply.body, asked)
    headers = {"Content-Type": "application/json;charset=UTF-8", **headers}
    if takes_gzip and len(content) > _SMALLEST_GZIP:
        content = gzip.compress(content, compresslevel=1)
        headers["Content-Encoding"] = "gzip"
    return Response(content, status_code=reply.status, headers=headers)


def spell_headers(response: Response) -> Response:
    """The names of headers in Salesforce's letters, which some clients look for [R airbyte]."""
    response.raw_headers = [(_SPELLED.get(name, name.title()), value) for name, value in response.raw_headers]
    return response


def _encode(body: object, asked: Mapping[str, str]) -> bytes:
    is_pretty = asked.get("x-prettyprint") == "1"
    text = print_json(body) if is_pretty else json.dumps(body, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _stream(status: int, body: StoredBytes, headers: dict[str, str], *, takes_gzip: bool) -> Response:
    if takes_gzip and body.size > _SMALLEST_GZIP:
        pieces, headers["Content-Encoding"] = body.read_gzip(), "gzip"
    else:
        pieces, headers["Content-Length"] = body.read(), str(body.size)
    return StreamingResponse(pieces, status_code=status, headers=headers)
