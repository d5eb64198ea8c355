"""Page layouts, compact layouts, tabs and theme over HTTP."""

from sync_project.sandbox.errors import not_found
from sync_project.sandbox.layouts import (
    Described,
    describe_compact_layouts,
    describe_layout,
    describe_layouts,
    describe_tabs,
)
from sync_project.sandbox.wire.serve_describe import describe
from sync_project.sandbox.wire.web import Call, Reply


def layouts(call: Call) -> Reply:
    """``GET /sobjects/X/describe/layouts``."""
    return Reply(body=describe_layouts(_describe(call), call.schema))


def one_layout(call: Call) -> Reply:
    """``GET /sobjects/X/describe/layouts/{record type}``."""
    return Reply(body=describe_layout(_describe(call), call.schema))


def compact_layouts(call: Call) -> Reply:
    """``GET /sobjects/X/describe/compactLayouts``."""
    return Reply(body=describe_compact_layouts(_describe(call)))


def approval_layouts(call: Call) -> Reply:
    """``GET /sobjects/X/describe/approvalLayouts``: nobody has made an approval process."""
    _describe(call)
    return Reply(body={"approvalLayouts": []})


def quick_actions(_: Call) -> Reply:
    """``GET /quickActions`` and ``/sobjects/X/quickActions``: nobody has made one."""
    return Reply(body=[])


def tabs(call: Call) -> Reply:
    """``GET /tabs``."""
    return Reply(body=describe_tabs(call.schema, call.base_url))


def theme(call: Call) -> Reply:
    """``GET /theme``."""
    names = [each["sobjectName"] for each in describe_tabs(call.schema, call.base_url)]
    return Reply(body={"themeItems": [{"colors": None, "icons": None, "name": each} for each in names]})


def _describe(call: Call) -> Described:
    """The object, which must have pages."""
    described = describe(call)
    if not described["layoutable"]:
        raise not_found()
    return described
