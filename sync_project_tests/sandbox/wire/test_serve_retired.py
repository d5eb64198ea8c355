import pytest
import requests
from simple_salesforce import Salesforce, SalesforceAuthenticationFailed
from simple_salesforce.exceptions import SalesforceMalformedRequest

from sync_project_tests.sandbox.conftest import PlainHttp


def test_soap_login_is_refused_with_the_words_of_a_new_org(org, base_url):
    host = base_url.removeprefix("http://")
    with requests.Session() as session:
        session.mount("https://local.my.salesforce.com/", Redirected(host))
        with pytest.raises(SalesforceAuthenticationFailed) as caught:
            Salesforce(username="a@b.c", password="p", security_token="t", domain="local.my", session=session)
    assert str(caught.value) == (
        "Authentication failed (code: INVALID_OPERATION): "
        "SOAP API login() is disabled by default in this org."
        " Contact the org administrator to enable SOAP API login()."
    )


def test_other_soap_calls_get_a_fault_too(base_url):
    reply = requests.post(f"{base_url}/services/Soap/m/66.0", "<listMetadata/>", timeout=20)
    assert (reply.status_code, reply.headers["Content-Type"]) == (500, "text/xml; charset=UTF-8")
    assert "<sf:exceptionCode>API_DISABLED_FOR_ORG</sf:exceptionCode>" in reply.text


def test_bulk_v1_is_refused_in_the_format_of_the_request(salesforce, base_url):
    with pytest.raises(SalesforceMalformedRequest) as caught:
        salesforce.bulk.Account.query("SELECT Id FROM Account")
    assert caught.value.content == {
        "exceptionCode": "FeatureNotEnabled",
        "exceptionMessage": "Async API not enabled",
    }
    reply = requests.post(
        f"{base_url}/services/async/66.0/job",
        "<jobInfo/>",
        headers={"Content-Type": "application/xml"},
        timeout=20,
    )
    assert (reply.status_code, reply.headers["Content-Type"]) == (400, "application/xml")
    assert "<exceptionCode>FeatureNotEnabled</exceptionCode>" in reply.text


class Redirected(PlainHttp):
    """Takes another host's requests to the org."""

    def __init__(self, host):
        super().__init__()
        self.host = host

    def send(self, request, **options):
        request.url = request.url.replace("local.my.salesforce.com", self.host, 1)
        return super().send(request, **options)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/services/apexrest/hello/world", 404, "NOT_FOUND"),
        ("/search/?q=FIND+%7Bx%7D", 403, "FUNCTIONALITY_NOT_ENABLED"),
        ("/parameterizedSearch?q=x", 403, "FUNCTIONALITY_NOT_ENABLED"),
        ("/chatter/users/me", 403, "FUNCTIONALITY_NOT_ENABLED"),
        ("/metadata/deployRequest", 403, "API_DISABLED_FOR_ORG"),
    ],
)
def test_what_is_far_from_records_is_refused_with_a_reason(client, path, status, code):
    for method in ("GET", "POST"):
        reply = client.send(method, path)
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (status, code)
