"""describe: the schema as Salesforce reports it. Pure functions; hidden fields are absent."""

from sync_project.sandbox.schema import ChildRelationship, Field, PicklistValue, Schema, SObject

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
    "location": "urn:location",
}
_INT_DIGITS = 8
_BYTES_PER_CHARACTER = 3
_FEATURES_OF_CORE_OBJECTS = frozenset({"Account", "Contact", "Lead", "Opportunity", "Campaign"})
_UNDELETABLE_NEVER = frozenset({"OpportunityStage", "Organization", "Profile", "User", "Group"})


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
    return _object_flags(sobject) | {"urls": _urls(sobject, version, full=False)}


def describe_object(schema: Schema, sobject: SObject, version: str) -> dict[str, object]:
    """One object with its fields and child relationships."""
    return _object_flags(sobject) | {
        "actionOverrides": [],
        "childRelationships": [
            _describe_child(each) for each in schema.children if each.parent == sobject.name
        ],
        "compactLayoutable": sobject.name in _FEATURES_OF_CORE_OBJECTS,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(each) for each in sobject.visible_fields],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_master_record_type(sobject, version)],
        "searchLayoutable": sobject.name in _FEATURES_OF_CORE_OBJECTS,
        "supportedScopes": [{"label": f"All {sobject.label_plural.lower()}", "name": "everything"}],
        "urls": _urls(sobject, version, full=True),
    }


def describe_field(field: Field) -> dict[str, object]:
    """The 57 keys of one field, in the order a real org gives them."""
    return {
        "aggregatable": field.aggregatable,
        "aiPredictionField": False,
        "autoNumber": False,
        "byteLength": _byte_length(field),
        "calculated": field.calculated,
        "calculatedFormula": field.formula,
        "cascadeDelete": False,
        "caseSensitive": False,
        "compoundFieldName": field.compound_field_name,
        "controllerName": None,
        "createable": field.createable and field.is_editable,
        "custom": field.custom,
        "defaultValue": False if field.type == "boolean" else None,
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted_on_create,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": _INT_DIGITS if field.type == "int" else 0,
        "displayLocationInDecimal": False,
        "encrypted": False,
        "externalId": field.external_id,
        "extraTypeInfo": _extra_type(field),
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": field.html_formatted,
        "idLookup": field.id_lookup,
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": len(field.reference_to) > 1,
        "nillable": field.nillable,
        "permissionable": field.custom or (field.nillable and field.createable),
        "picklistValues": [_describe_value(each) for each in field.picklist],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": field.precision,
        "queryByDistance": field.type in {"address", "location"},
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "relationshipOrder": None,
        "restrictedDelete": False,
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "searchPrefilterable": field.type == "reference",
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable and field.is_editable,
        "writeRequiresMasterRead": False,
    }


def _byte_length(field: Field) -> int:
    if field.type in {"id", "reference"}:
        return field.length
    return field.length * _BYTES_PER_CHARACTER


def _extra_type(field: Field) -> str | None:
    if field.type != "textarea":
        return None
    return "richtextarea" if field.html_formatted else "plaintextarea"


def _describe_value(value: PicklistValue) -> dict[str, object]:
    return {
        "active": value.is_active,
        "defaultValue": value.is_default,
        "label": value.label,
        "validFor": None,
        "value": value.value,
    }


def _describe_child(child: ChildRelationship) -> dict[str, object]:
    return {
        "cascadeDelete": child.cascade_delete,
        "childSObject": child.child,
        "deprecatedAndHidden": False,
        "field": child.child_field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.name,
        "restrictedDelete": False,
    }


def _object_flags(sobject: SObject) -> dict[str, object]:
    is_core = sobject.name in _FEATURES_OF_CORE_OBJECTS
    is_deletable = sobject.name not in _UNDELETABLE_NEVER
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": any(each.createable for each in sobject.fields.values()),
        "custom": sobject.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": is_deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": is_core,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": is_core,
        "mergeable": sobject.name in {"Account", "Contact", "Lead"},
        "mruEnabled": is_core,
        "name": sobject.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": is_core,
        "triggerable": is_core or sobject.name in {"CampaignMember", "Task"},
        "undeletable": is_deletable,
        "updateable": any(each.updateable for each in sobject.fields.values()),
    }


def _urls(sobject: SObject, version: str, *, full: bool) -> dict[str, str]:
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    urls = {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe", "sobject": base}
    return urls | {"listviews": f"{base}/listviews", "layouts": f"{base}/describe/layouts"} if full else urls


def _master_record_type(sobject: SObject, version: str) -> dict[str, object]:
    """The record type that every object has, even one without record types."""
    record_type_id = "012000000000000AAA"
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": True,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": record_type_id,
        "urls": {"layout": f"{base}/describe/layouts/{record_type_id}"},
    }
