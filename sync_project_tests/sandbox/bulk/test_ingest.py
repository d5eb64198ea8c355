import pytest

from sync_project.sandbox.bulk.csv_format import BadCsvError
from sync_project.sandbox.bulk.ingest import check_header, check_job
from sync_project.sandbox.errors import ApiError


@pytest.mark.parametrize(
    ("header", "operation"),
    [
        (["Name", "AccountNumber"], "insert"),
        (["name", "OWNERID"], "insert"),
        (["Id", "Owner.Username", "Parent.Id"], "update"),
        (["User:Owner.Email"], "insert"),
        (["ID"], "delete"),
    ],
)
def test_a_header_names_fields_and_keys_of_parents(org, header, operation):
    check_header(org.schema, org.find_object("Account"), header, operation=operation)


@pytest.mark.parametrize(
    ("header", "operation", "named"),
    [
        ([""], "insert", ""),
        (["Name "], "insert", "Name "),
        (["BillingAddress"], "insert", "BillingAddress"),
        (["Parent.Parent.Id"], "insert", "Parent.Parent.Id"),
        (["Parent."], "insert", "Parent."),
        (["Group:Owner.Username"], "insert", "Group:Owner.Username"),
        (["Name"], "update", "Id"),
    ],
)
def test_any_other_column_is_not_found(org, header, operation, named):
    with pytest.raises(BadCsvError) as caught:
        check_header(org.schema, org.find_object("Account"), header, operation=operation)
    assert str(caught.value) == f"InvalidBatch : Field name not found : {named}"


def test_an_upsert_goes_by_an_external_id(org):
    account = org.find_object("Account")
    for key_name, message in (
        (
            None,
            "InvalidJob : External ID was blank for Account. An External ID must be specified for upsert.",
        ),
        ("", "InvalidJob : Field name provided,  does not match an External ID for Account"),
        ("Fax", "InvalidJob : Field name provided, Fax does not match an External ID for Account"),
    ):
        with pytest.raises(ApiError) as caught:
            check_job(account, operation="upsert", key_name=key_name)
        assert (caught.value.code, caught.value.message) == ("INVALIDJOB", message)
    check_job(account, operation="upsert", key_name="id")
