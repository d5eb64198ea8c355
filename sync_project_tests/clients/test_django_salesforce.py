"""django-salesforce, unchanged: Django's models and queries, translated to SOQL and REST by it."""

import pytest

from sync_project.sandbox.sign_in.users import set_password

DJANGO = ("django-salesforce==6.0", "django==5.1.15")


@pytest.fixture
def django(install_python, run_python, org, hosts):
    """Runs ``scripts/django_models.py``, signed in by one of the client's classes."""
    python = install_python(*DJANGO)

    def run(auth):
        with org.transaction() as connection:
            secret = set_password(connection, org.user_id, "correct horse")
        given = {
            "auth": f"salesforce.auth.{auth}",
            "url": "https://local.my.salesforce.com",
            "client_id": org.client_id,
            "client_secret": org.client_secret,
            "username": "integration@sandbox.example",
            "password": secret.password + secret.security_token,
        }
        return run_python(python, "django_models.py", given, **hosts.environment)

    return run


@pytest.mark.parametrize("auth", ["SalesforcePasswordAuth", "SalesforceClientCredentialsAuth"])
def test_models_are_created_queried_changed_and_deleted(django, client, auth):
    seen = django(auth)
    assert seen["contact"] == ['"Q" Zoë', "1990-05-17", True, "O'Brien", True]
    assert (seen["changed"], seen["deleted"], seen["deleted_too"]) == (111, 50, 50)
    assert (seen["count"], seen["either"]) == (201, 2)
    assert (seen["through"], seen["ordered"]) == (["O'Brien"], ["Bulk 199", "Bulk 198"])
    assert seen["grouped"] == [["Bonn", 111], ["Ulm", 1]]
    assert seen["refused"].splitlines()[0] == "REQUIRED_FIELD_MISSING"
    assert "last_name = models.CharField(db_column='LastName', max_length=80)" in seen["model"]
    assert client.query("SELECT count(Id) n FROM Account WHERE BillingCity = 'Bonn'") == [{"n": 111}]
