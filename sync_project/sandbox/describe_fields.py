"""describe of one field: its 57 keys. Pure functions.

The exceptions in the tables below were recorded from a real org; what is told of the fields of other
objects follows the same rules and is [K].
"""

from sync_project.sandbox.schema import Field, PicklistValue

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
_AUTO_NUMBERS = frozenset({"CaseNumber"})
_NEVER_PERMISSIONABLE = frozenset(
    {
        "Comments", "EmailBouncedDate", "EmailBouncedReason", "FirstName", "ForecastCategoryName",
        "IndividualId", "Pricebook2Id", "RecordTypeId", "Salutation",
    }
)  # fmt: skip
_PERMISSIONABLE = {
    "Case.ClosedDate": True,
    "Case.IsEscalated": True,
    "Case.Status": False,
    "Event.IsAllDayEvent": True,
    "Opportunity.ContactId": False,
    "Opportunity.ExpectedRevenue": True,
    "Opportunity.IsPrivate": True,
    "Opportunity.Probability": True,
    "OpportunityContactRole.Role": False,
}
_PERMISSIONABLE_OF_EVENT = frozenset({"Description", "IsAllDayEvent", "Location", "WhatId", "WhoId"})
_NEVER_PREFILTERED = frozenset(
    {"CreatedById", "LastModifiedById", "MasterRecordId", "OwnerId", "RecordTypeId", "RecurrenceActivityId"}
)
_NOT_PREFILTERED = frozenset(
    {"Opportunity.ContactId", "OpportunityContactRole.ContactId", "OpportunityContactRole.OpportunityId"}
)


def describe_field(field: Field, *, sobject: str) -> dict[str, object]:
    """The 57 keys of one field, in the order a real org gives them."""
    return {
        "aggregatable": field.aggregatable,
        "aiPredictionField": False,
        "autoNumber": field.name in _AUTO_NUMBERS,
        "byteLength": _byte_length(field),
        "calculated": field.calculated,
        "calculatedFormula": field.formula,
        "cascadeDelete": False,
        "caseSensitive": False,
        "compoundFieldName": field.compound_field_name,
        "controllerName": None,
        "createable": field.createable and field.is_editable,
        "custom": field.custom,
        "defaultValue": _default_value(field),
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
        "permissionable": is_permissionable(field, sobject=sobject),
        "picklistValues": [_describe_value(each) for each in field.picklist],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": field.precision,
        "queryByDistance": field.is_compound,
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "relationshipOrder": None,
        "restrictedDelete": False,
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "searchPrefilterable": _is_prefiltered(field, sobject=sobject),
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable and field.is_editable,
        "writeRequiresMasterRead": False,
    }


def is_permissionable(field: Field, *, sobject: str) -> bool:
    """Whether field-level security can take it from a user."""
    if field.custom:
        return True
    if sobject == "Event":
        return field.name in _PERMISSIONABLE_OF_EVENT
    usual = field.is_compound or (field.nillable and field.createable)
    return _PERMISSIONABLE.get(f"{sobject}.{field.name}", usual and field.name not in _NEVER_PERMISSIONABLE)


def _byte_length(field: Field) -> int:
    if field.type in {"id", "reference"}:
        return field.length
    return field.length * _BYTES_PER_CHARACTER


def _default_value(field: Field) -> object:
    if field.type == "boolean":
        return False
    return next((each.value for each in field.picklist if each.is_default), None)


def _extra_type(field: Field) -> str | None:
    if field.name == "PhotoUrl":
        return "imageurl"
    if field.type == "textarea":
        return "richtextarea" if field.html_formatted else "plaintextarea"
    if field.compound_field_name == "Name":
        return "switchablepersonname" if field.name_field else "personname"
    is_full_name = field.name == "Name" and field.name_field and not field.createable
    return "personname" if is_full_name else None


def _is_prefiltered(field: Field, *, sobject: str) -> bool:
    if field.type != "reference" or field.name in _NEVER_PREFILTERED:
        return False
    return f"{sobject}.{field.name}" not in _NOT_PREFILTERED


def _describe_value(value: PicklistValue) -> dict[str, object]:
    return {
        "active": value.is_active,
        "defaultValue": value.is_default,
        "label": value.label,
        "validFor": None,
        "value": value.value,
    }
