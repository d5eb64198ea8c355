from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.setup.custom_field import read_metadata, split_full_name, write_metadata

VALUES = {
    "restricted": True,
    "valueSetDefinition": {
        "sorted": False,
        "value": [
            {"valueName": "hot", "label": "Hot!", "default": True, "isActive": True},
            {"valueName": "cold", "label": "cold", "default": False, "isActive": True},
        ],
    },
    "valueSetName": None,
}
WHOLE = [
    {"type": "Text", "length": 20, "externalId": True, "unique": True, "required": False},
    {"type": "Text", "length": 255, "externalId": False, "unique": False, "required": True},
    {
        "type": "Number",
        "precision": 3,
        "scale": 0,
        "externalId": False,
        "unique": False,
        "required": False,
    },
    {"type": "Currency", "precision": 18, "scale": 2, "required": False},
    {"type": "Percent", "precision": 5, "scale": 1, "required": False},
    {"type": "Checkbox", "defaultValue": "false"},
    {"type": "Date", "required": False},
    {"type": "DateTime", "required": False},
    {"type": "Email", "externalId": False, "unique": True, "required": False},
    {"type": "Phone", "required": False},
    {"type": "Url", "required": False},
    {"type": "TextArea", "required": False},
    {"type": "LongTextArea", "length": 131_072, "visibleLines": 3},
    {"type": "Html", "length": 1_000, "visibleLines": 25},
    {"type": "Picklist", "valueSet": VALUES, "required": False},
    {"type": "MultiselectPicklist", "valueSet": VALUES, "visibleLines": 4, "required": False},
    {"type": "Lookup", "referenceTo": "Account", "required": False},
    {"type": "Text", "length": 1, "formula": "Account.Name", "externalId": False, "unique": False}
    | {"required": False},
]


def read(**metadata):
    return read_metadata(standard_schema(), "Score__c", {"label": "Score"} | metadata)


@pytest.mark.parametrize("metadata", WHOLE, ids=lambda each: each["type"])
def test_metadata_comes_back_as_it_went_in(metadata):
    assert write_metadata(read(**metadata)) == {"label": "Score"} | metadata


@pytest.mark.parametrize(
    ("metadata", "text", "name"),
    [
        ({"type": "Text"}, "Must specify 'length' for a CustomField of type Text", "length"),
        (
            {"type": "Number", "precision": 3},
            "Must specify 'scale' for a CustomField of type Number",
            "scale",
        ),
        (
            {"type": "Checkbox"},
            "Must specify 'defaultValue' for a CustomField of type Checkbox",
            "defaultValue",
        ),
        (
            {"type": "LongTextArea", "length": 1_000},
            "Must specify 'visibleLines' for a CustomField of type LongTextArea",
            "visibleLines",
        ),
        ({"type": "Picklist"}, "Must specify 'valueSet' for a CustomField of type Picklist", "valueSet"),
        ({"type": "Lookup"}, "Must specify 'referenceTo' for a CustomField of type Lookup", "referenceTo"),
        (
            {"type": "TextArea", "length": 255},
            "Can not specify 'length' for a CustomField of type TextArea",
            "length",
        ),
        (
            {"type": "LongTextArea", "length": 500, "visibleLines": 3, "required": True},
            "Can not specify 'required' for a CustomField of type LongTextArea",
            "required",
        ),
        (
            {"type": "Date", "externalId": True},
            "Can not specify 'externalId' for a CustomField of type Date",
            "externalId",
        ),
        ({"type": "Text", "length": 256}, "The length of a Text field must be between 1 and 255", "length"),
        (
            {"type": "Number", "precision": 19, "scale": 0},
            "The precision must be at most 18 and the scale at most the precision",
            "precision",
        ),
        (
            {"type": "Number", "precision": 2, "scale": 3},
            "The precision must be at most 18 and the scale at most the precision",
            "precision",
        ),
        (
            {"type": "Lookup", "referenceTo": "Nothing"},
            "referenceTo value of 'Nothing' does not resolve to a valid sObject type",
            "referenceTo",
        ),
        (
            {"type": "Text", "length": 5, "label": ""},
            "Must specify a non-empty label for the CustomField",
            "label",
        ),
        (
            {"type": "Picklist", "valueSet": {"valueSetName": "Global"}},
            "This org makes picklists with a valueSetDefinition of their own only",
            "valueSet",
        ),
    ],
)
def test_metadata_that_cannot_be_is_refused(metadata, text, name):
    with pytest.raises(RecordError) as caught:
        read(**metadata)
    assert (caught.value.code, caught.value.message, caught.value.fields) == (
        "FIELD_INTEGRITY_EXCEPTION",
        text,
        [name],
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(
    type_name=st.sampled_from([each["type"] for each in WHOLE]),
    metadata=st.dictionaries(
        st.sampled_from(
            ["length", "precision", "scale", "valueSet", "referenceTo", "visibleLines", "formula"]
        ),
        JSON,
    ),
)
def test_any_metadata_makes_a_field_or_is_refused(type_name, metadata):
    with suppress(ApiError):
        assert read(type=type_name, defaultValue=False, **metadata).custom


@pytest.mark.parametrize("name", ["a_1", "A", "Trail_Spark9", "x" * 40])
def test_a_good_name_is_split(name):
    assert split_full_name(standard_schema(), f"lead.{name}__c") == ("Lead", f"{name}__c")


@pytest.mark.parametrize(
    "name", ["Lead.1x__c", "Lead._x__c", "Lead.x", "Lead.a__b__c", "Lead.a___c", "Lead.a b__c", "x__c", ""]
)
def test_a_bad_name_is_refused(name):
    with pytest.raises(RecordError, match="The field name provided"):
        split_full_name(standard_schema(), name)


def test_a_name_of_more_than_40_characters_is_refused():
    with pytest.raises(RecordError, match="at most 40"):
        split_full_name(standard_schema(), f"Lead.{'x' * 41}__c")


def test_a_field_of_an_unknown_object_is_refused():
    with pytest.raises(RecordError, match="bad value for restricted picklist field: Leed"):
        split_full_name(standard_schema(), "Leed.x__c")
