"""How an org without an admin's touch lays out its pages: every field of an object, one below the other.

Pure functions over describes. Real layouts hold buttons, related lists and actions, of which this org
has none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sync_project.sandbox.ids import make_id
from sync_project.sandbox.schema import Schema

_LAYOUT_PREFIX = "00h"
_WITH_TAB = ("Account", "Campaign", "Case", "Contact", "Lead", "Opportunity")

Described = Mapping[str, Any]
"""An object or one of its fields as describe tells of it."""


def describe_layouts(described: Described, schema: Schema) -> dict[str, object]:
    """All layouts of an object: null where there are record types, since each is asked for alone."""
    infos = described["recordTypeInfos"]
    layout = describe_layout(described, schema)
    return {
        "layouts": [layout] if len(infos) == 1 else None,
        "recordTypeMappings": [
            dict(sorted({**each, "layoutId": layout["id"], "picklistsForRecordType": []}.items()))
            for each in infos
        ],
        "recordTypeSelectorRequired": [len(infos) > 1],
    }


def describe_layout(described: Described, schema: Schema) -> dict[str, object]:
    """The only layout of an object; its id is the same in every org of this schema."""
    fields = described["fields"]
    edited = [each for each in fields if each["createable"] or each["updateable"]]
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": [_describe_section(described, fields)],
        "editLayoutSections": [_describe_section(described, edited)],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": make_id(_LAYOUT_PREFIX, 1 + list(schema.objects).index(described["name"].lower())),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def describe_compact_layouts(described: Described) -> dict[str, object]:
    """The one that Salesforce brings: the record's name."""
    url = described["urls"]["compactLayouts"]
    names = [each for each in described["fields"] if each["nameField"]]
    layout = {
        "actions": [],
        "fieldItems": [_describe_item(each, tab_order=1) for each in names],
        "id": None,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": described["name"],
    }
    mappings = [
        {
            "available": True,
            "compactLayoutId": None,
            "compactLayoutName": "SYSTEM",
            "recordTypeId": each["recordTypeId"],
            "recordTypeName": each["name"],
            "urls": {"compactLayout": f"{url}/{each['recordTypeId']}"},
        }
        for each in described["recordTypeInfos"]
    ]
    return {
        "compactLayouts": [layout],
        "defaultCompactLayoutId": None,
        "recordTypeCompactLayoutMappings": mappings,
        "urls": {"primary": f"{url}/primary"},
    }


def describe_tabs(schema: Schema, base_url: str) -> list[dict[str, object]]:
    """What a new org shows above its pages, without colours and icons of its own."""
    return [
        {
            "colors": [],
            "custom": False,
            "iconUrl": f"{base_url}/img/icon/{each.name.lower()}.png",
            "icons": [],
            "label": each.label_plural,
            "miniIconUrl": f"{base_url}/img/icon/{each.name.lower()}16.png",
            "name": f"standard-{each.name}",
            "sobjectName": each.name,
            "url": f"{base_url}/{each.key_prefix}/o",
        }
        for each in map(schema.find_object, _WITH_TAB)
        if each is not None
    ]


def _describe_section(described: Described, fields: Sequence[Described]) -> dict[str, object]:
    items = [_describe_item(each, tab_order=place) for place, each in enumerate(fields, start=1)]
    return {
        "collapsed": False,
        "columns": 1,
        "heading": f"{described['label']} Information",
        "layoutRows": [{"layoutItems": [each], "numItems": 1} for each in items],
        "rows": len(items),
        "tabOrder": "LeftToRight",
        "useCollapsibleSection": False,
        "useHeading": True,
    }


def _describe_item(field: Described, *, tab_order: int) -> dict[str, object]:
    component = {"details": field, "displayLines": 1, "tabOrder": tab_order, "type": "Field"}
    return {
        "editableForNew": field["createable"],
        "editableForUpdate": field["updateable"],
        "label": field["label"],
        "layoutComponents": [component | {"value": field["name"]}],
        "placeholder": False,
        "required": field["createable"] and not field["nillable"] and not field["defaultedOnCreate"],
    }
