"""describe: the objects of the schema as Salesforce reports them. Pure functions; hidden fields are absent.

Fields are in ``describe_fields``. What objects can do was recorded from a real org for those in the
tables below; Task is taken to be like Event [K].
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sync_project.sandbox.describe_fields import describe_field
from sync_project.sandbox.schema import ChildRelationship, Schema, SObject

_MASTER_RECORD_TYPE = "012000000000000AAA"

_CORE = frozenset({"Account", "Campaign", "Case", "Contact", "Event", "Lead", "Opportunity", "Task"})
_WITH_LAYOUT = _CORE | {"CampaignMember", "OpportunityContactRole", "User"}
_WITH_QUICK_ACTIONS = _WITH_LAYOUT - {"CampaignMember"}
_SEARCHED = _CORE | {"User"}
_WITH_FEED = frozenset({"Account", "Case", "Contact", "Lead", "Opportunity", "User"})
_MERGED = frozenset({"Account", "Contact", "Lead"})
_CLONED_DEEP = frozenset({"Campaign", "Opportunity"})
NEVER_DELETED = frozenset({"RecordType", "User"})
"""Made through the API, but only deactivated there."""


@dataclass(frozen=True, kw_only=True)
class RecordTypeInfo:
    """A record type that an admin has made."""

    record_type_id: str
    developer_name: str
    name: str


def describe_global(schema: Schema, version: str) -> dict[str, object]:
    """The list of all objects."""
    objects = sorted(schema.objects.values(), key=lambda each: each.name)
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [summarise_object(each, version) for each in objects],
    }


def summarise_object(sobject: SObject, version: str) -> dict[str, object]:
    """One object's flags, as the list of all objects shows them."""
    return _object_flags(sobject) | {"urls": _urls(sobject, version)}


def describe_object(
    schema: Schema,
    sobject: SObject,
    version: str,
    *,
    base_url: str = "",
    record_types: Sequence[RecordTypeInfo] = (),
) -> dict[str, object]:
    """One object with its fields and child relationships; ``base_url`` is where its pages are."""
    name = sobject.name
    described = _object_flags(sobject) | {
        "actionOverrides": [],
        "childRelationships": _describe_children(schema, sobject),
        "compactLayoutable": name in _WITH_LAYOUT,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(each, sobject=name) for each in sobject.visible_fields],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _describe_record_types(sobject, version, record_types),
        "searchLayoutable": name in _SEARCHED,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _supported_scopes(sobject),
        "urls": _urls(sobject, version, pages=base_url),
    }
    return dict(sorted(described.items()))


def _describe_children(schema: Schema, sobject: SObject) -> list[dict[str, object]]:
    """Those with a name first found in the catalog, and every other reference, which has none."""
    named = [each for each in schema.children if each.parent == sobject.name]
    known = {(each.child, each.child_field) for each in named}
    nameless = [
        ChildRelationship(parent=sobject.name, name="", child=child.name, child_field=field.name)
        for child in schema.objects.values()
        for field in child.visible_fields
        if sobject.name in field.reference_to
        and field.name != "MasterRecordId"
        and (child.name, field.name) not in known
    ]
    ordered = sorted([*named, *nameless], key=lambda each: (each.child, each.child_field))
    return [_describe_child(each) for each in ordered]


def _describe_child(child: ChildRelationship) -> dict[str, object]:
    return {
        "cascadeDelete": child.cascade_delete,
        "childSObject": child.child,
        "deprecatedAndHidden": False,
        "field": child.child_field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.name or None,
        "restrictedDelete": child.restricted_delete,
    }


def _object_flags(sobject: SObject) -> dict[str, object]:
    name = sobject.name
    is_createable = any(each.createable for each in sobject.fields.values())
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": is_createable,
        "custom": sobject.custom,
        "customSetting": False,
        "deepCloneable": name in _CLONED_DEEP,
        "deletable": is_createable and name not in NEVER_DELETED,
        "deprecatedAndHidden": False,
        "feedEnabled": name in _WITH_FEED,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": name in _WITH_LAYOUT,
        "mergeable": name in _MERGED,
        "mruEnabled": name in _SEARCHED,
        "name": name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": name in _SEARCHED,
        "triggerable": name in _WITH_LAYOUT,
        "undeletable": name in _CORE,
        "updateable": any(each.updateable for each in sobject.fields.values()),
    }


def _urls(sobject: SObject, version: str, *, pages: str | None = None) -> dict[str, str]:
    """Where the object's resources are; with ``pages`` also where a person works with its records."""
    name = sobject.name
    base = f"/services/data/v{version}/sobjects/{name}"
    has_layout, has_pages = name in _WITH_LAYOUT, pages is not None and name in _WITH_LAYOUT
    urls = {
        "compactLayouts": (has_layout, f"{base}/describe/compactLayouts"),
        "rowTemplate": (True, f"{base}/{{ID}}"),
        "approvalLayouts": (name in _CORE, f"{base}/describe/approvalLayouts"),
        "uiDetailTemplate": (has_pages, f"{pages}/{{ID}}"),
        "uiEditTemplate": (has_pages, f"{pages}/{{ID}}/e"),
        "listviews": (name in _CORE, f"{base}/listviews"),
        "describe": (True, f"{base}/describe"),
        "uiNewRecord": (has_pages, f"{pages}/{sobject.key_prefix}/e"),
        "quickActions": (name in _WITH_QUICK_ACTIONS, f"{base}/quickActions"),
        "layouts": (has_layout, f"{base}/describe/layouts"),
        "sobject": (True, base),
    }
    return {key: url for key, (is_there, url) in urls.items() if is_there}


def _supported_scopes(sobject: SObject) -> list[dict[str, str]]:
    things = sobject.label_plural.lower()
    owner = sobject.find_field("OwnerId")
    scopes = {"everything": f"All {things}"}
    if owner is not None:
        scopes |= {"mine": f"My {things}", "scopingRule": "Filter by scope", "team": f"My team's {things}"}
    if owner is not None and "Group" in owner.reference_to:
        scopes |= {
            "queue_owned": f"Queue owned {things}",
            "user_owned": f"User owned {things}",
        }
    return [{"label": scopes[name], "name": name} for name in sorted(scopes)]


def _describe_record_types(
    sobject: SObject, version: str, record_types: Sequence[RecordTypeInfo]
) -> list[dict[str, object]]:
    """The admin's, then the one that every object has; the first of them is the default [K]."""
    master = RecordTypeInfo(record_type_id=_MASTER_RECORD_TYPE, developer_name="Master", name="Master")
    layouts = f"/services/data/v{version}/sobjects/{sobject.name}/describe/layouts"
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": place == 0,
            "developerName": each.developer_name,
            "master": each is master,
            "name": each.name,
            "recordTypeId": each.record_type_id,
            "urls": {"layout": f"{layouts}/{each.record_type_id}"},
        }
        for place, each in enumerate([*record_types, master])
    ]
