"""How an org without an admin's touch lays out its pages: every field of an object, one below the other.

Pure functions. Real layouts hold buttons, related lists and actions, which this org has none of.
"""

from sync_project.sandbox.describe import MASTER_RECORD_TYPE, WITH_LAYOUT, RecordTypeInfo
from sync_project.sandbox.describe_fields import describe_field
from sync_project.sandbox.ids import make_id
from sync_project.sandbox.schema import Field, Schema, SObject

_LAYOUT_PREFIX = "00h"
_WITH_TAB = ("Account", "Campaign", "Case", "Contact", "Lead", "Opportunity")


def has_layout(sobject: SObject) -> bool:
    """Whether there are pages for its records."""
    return sobject.name in WITH_LAYOUT


def describe_layout(schema: Schema, sobject: SObject) -> dict[str, object]:
    """The only layout of an object."""
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": [_describe_section(sobject, is_edited=False)],
        "editLayoutSections": [_describe_section(sobject, is_edited=True)],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": layout_id(schema, sobject),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def describe_compact_layout(sobject: SObject) -> dict[str, object]:
    """The one that Salesforce brings: the record's name."""
    names = [each for each in sobject.visible_fields if each.name_field]
    return {
        "actions": [],
        "fieldItems": [_describe_item(sobject, each, tab_order=1) for each in names],
        "id": None,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": sobject.name,
    }


def layout_id(schema: Schema, sobject: SObject) -> str:
    """The same in every org of this schema."""
    return make_id(_LAYOUT_PREFIX, 1 + list(schema.objects).index(sobject.name.lower()))


def master_record_type() -> RecordTypeInfo:
    """The record type that every object has, even one without record types."""
    return RecordTypeInfo(record_type_id=MASTER_RECORD_TYPE, developer_name="Master", name="Master")


def objects_with_tab(schema: Schema) -> list[SObject]:
    """What a new org shows above its pages."""
    return [each for each in map(schema.find_object, _WITH_TAB) if each is not None]


def _describe_section(sobject: SObject, *, is_edited: bool) -> dict[str, object]:
    shown = [each for each in sobject.visible_fields if each.updateable or each.createable or not is_edited]
    items = [_describe_item(sobject, each, tab_order=place) for place, each in enumerate(shown, start=1)]
    return {
        "collapsed": False,
        "columns": 1,
        "heading": f"{sobject.label} Information",
        "layoutRows": [{"layoutItems": [each], "numItems": 1} for each in items],
        "rows": len(items),
        "tabOrder": "LeftToRight",
        "useCollapsibleSection": False,
        "useHeading": True,
    }


def _describe_item(sobject: SObject, field: Field, *, tab_order: int) -> dict[str, object]:
    component = {
        "details": describe_field(field, sobject=sobject.name),
        "displayLines": 1,
        "tabOrder": tab_order,
        "type": "Field",
        "value": field.name,
    }
    return {
        "editableForNew": field.createable and field.is_editable,
        "editableForUpdate": field.updateable and field.is_editable,
        "label": field.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": field.createable and not field.nillable and not field.defaulted_on_create,
    }
