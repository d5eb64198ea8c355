"""jsforce, unchanged, as its own test suite uses it."""

import pytest

JSFORCE = "jsforce@3.10.16"


@pytest.fixture
def jsforce(install_npm, run_node, org, base_url):
    """Runs a script that signs in with an access token."""
    modules = install_npm(JSFORCE)

    def run(script, **argument):
        return run_node(
            modules, script, {"url": base_url, "token": org.open_session(), "version": "66.0"} | argument
        )

    return run


def test_an_access_token_tells_who_the_user_is_and_what_the_org_offers(jsforce, org):
    seen = jsforce("jsforce_signs_in.cjs")
    assert seen["userId"] == org.user_id
    assert seen["organizationId"] == org.organization_id
    assert {"DataStorageMB", "FileStorageMB", "DailyApiRequests"} <= set(seen["limits"])
    assert seen["usage"]["limit"] == 15_000
    assert {"Account", "Contact", "Lead", "Opportunity"} <= set(seen["objects"])
