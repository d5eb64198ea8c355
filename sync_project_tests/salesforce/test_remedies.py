import pytest

from sync_project.salesforce.remedies import remedy_for


@pytest.mark.parametrize(
    ("code", "fields", "remedy"),
    [
        ("INVALID_FIELD", ["Foo__c"],
         "Foo__c does not exist or is hidden: create it, or correct the mapping."),
        ("REQUIRED_FIELD_MISSING", ["LastName", "Company"],
         "Supply LastName, Company: map it, or give it a default value."),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", [],
         "Give the integration user access to the record by a permission set."),
        ("DUPLICATE_VALUE", ["Ext__c"], "Merge the duplicate in Salesforce, or make Ext__c distinct."),
        ("INVALID_CROSS_REFERENCE_KEY", ["AccountId"],
         "The record that AccountId points to is not there: check its id, import again."),
    ],
)  # fmt: skip
def test_the_documented_codes_have_their_remedy(code, fields, remedy):
    assert remedy_for(code, fields) == remedy


def test_the_longest_prefix_wins():
    assert "edit access" in remedy_for("INVALID_FIELD_FOR_INSERT_UPDATE", ["Score__c"])


def test_without_fields_the_sentence_still_reads():
    assert (
        remedy_for("INVALID_FIELD")
        == "The field does not exist or is hidden: create it, or correct the mapping."
    )


@pytest.mark.parametrize("code", ["", "NEVER_HEARD_OF"])
def test_an_unknown_code_gets_a_general_remedy(code):
    assert remedy_for(code).startswith("Look the code up")
