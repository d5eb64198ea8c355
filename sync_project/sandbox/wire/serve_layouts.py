"""Page layouts, compact layouts, tabs and theme over HTTP."""

from sync_project.sandbox.errors import not_found
from sync_project.sandbox.layouts import (
    describe_compact_layout,
    describe_layout,
    has_layout,
    layout_id,
    master_record_type,
    objects_with_tab,
)
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.wire.serve_describe import read_record_types
from sync_project.sandbox.wire.web import Call, Reply


def layouts(call: Call) -> Reply:
    """``GET /sobjects/X/describe/layouts``; with record types null, since each is asked for alone."""
    sobject = _find_object(call)
    types = [*read_record_types(call, sobject), master_record_type()]
    is_single = len(types) == 1
    mappings = [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": place == 0,
            "developerName": each.developer_name,
            "layoutId": layout_id(call.schema, sobject),
            "master": place == len(types) - 1,
            "name": each.name,
            "picklistsForRecordType": [],
            "recordTypeId": each.record_type_id,
            "urls": {"layout": f"{_base(call, sobject)}/describe/layouts/{each.record_type_id}"},
        }
        for place, each in enumerate(types)
    ]
    return Reply(
        body={
            "layouts": [describe_layout(call.schema, sobject)] if is_single else None,
            "recordTypeMappings": mappings,
            "recordTypeSelectorRequired": [not is_single],
        }
    )


def one_layout(call: Call) -> Reply:
    """``GET /sobjects/X/describe/layouts/{record type}``."""
    return Reply(body=describe_layout(call.schema, _find_object(call)))


def compact_layouts(call: Call) -> Reply:
    """``GET /sobjects/X/describe/compactLayouts``."""
    sobject = _find_object(call)
    url = f"{_base(call, sobject)}/describe/compactLayouts"
    mappings = [
        {
            "available": True,
            "compactLayoutId": None,
            "compactLayoutName": "SYSTEM",
            "recordTypeId": each.record_type_id,
            "recordTypeName": each.name,
            "urls": {"compactLayout": f"{url}/{each.record_type_id}"},
        }
        for each in [*read_record_types(call, sobject), master_record_type()]
    ]
    return Reply(
        body={
            "compactLayouts": [describe_compact_layout(sobject)],
            "defaultCompactLayoutId": None,
            "recordTypeCompactLayoutMappings": mappings,
            "urls": {"primary": f"{url}/primary"},
        }
    )


def approval_layouts(call: Call) -> Reply:
    """``GET /sobjects/X/describe/approvalLayouts``: nobody has made an approval process."""
    _find_object(call)
    return Reply(body={"approvalLayouts": []})


def quick_actions(_: Call) -> Reply:
    """``GET /quickActions`` and ``/sobjects/X/quickActions``: nobody has made one."""
    return Reply(body=[])


def tabs(call: Call) -> Reply:
    """``GET /tabs``."""
    return Reply(
        body=[
            {
                "colors": [],
                "custom": False,
                "iconUrl": f"{call.base_url}/img/icon/{each.name.lower()}.png",
                "icons": [],
                "label": each.label_plural,
                "miniIconUrl": f"{call.base_url}/img/icon/{each.name.lower()}16.png",
                "name": f"standard-{each.name}",
                "sobjectName": each.name,
                "url": f"{call.base_url}/{each.key_prefix}/o",
            }
            for each in objects_with_tab(call.schema)
        ]
    )


def theme(call: Call) -> Reply:
    """``GET /theme``: an org without colours and icons of its own."""
    items = [{"colors": None, "icons": None, "name": each.name} for each in objects_with_tab(call.schema)]
    return Reply(body={"themeItems": items})


def _find_object(call: Call) -> SObject:
    sobject = find_object(call.schema, call.path["sobject"])
    if not has_layout(sobject):
        raise not_found()
    return sobject


def _base(call: Call, sobject: SObject) -> str:
    return f"/services/data/v{call.version}/sobjects/{sobject.name}"
