"""P14: the session dies in the middle of a run.

A token that ends between two pages, inside a bulk job or before one of its downloads fails the whole read,
where the client signs in only at the start. simple-salesforce#619, #406, #272; the tap of singer #222 (a
download that takes longer than the token lives).
"""

import pytest

from sync_project.salesforce.errors import SignInError
from sync_project_tests.pains.records import last_names, load_leads

LEADS = 4_100
OBJECTS = ("Account", "Contact", "Lead", "Opportunity", "User")


@pytest.fixture
def org(sandbox, importer, sign_in):
    load_leads(sandbox, range(LEADS))
    return sign_in()


@pytest.mark.parametrize("bulk_above_rows", [10_000, 1_000], ids=["three pages", "a bulk job"])
def test_an_import_whose_tokens_live_for_two_calls_brings_everything(sandbox, importer, org, bulk_above_rows):
    with sandbox.faults.on({"kind": "session_ends", "every": 3}):
        for name in OBJECTS:
            importer.read(name, org=org, bulk_above_rows=bulk_above_rows)

    assert last_names(importer) == [f"Lead {number}" for number in range(LEADS)]
    # Every third call met a dead token, and was made again after a sign-in.
    assert org.session.sign_ins == 1 + org.calls_used // 3
    assert importer.rows("SELECT count(*), count(fault) FROM raw.import_log") == [(len(OBJECTS), 0)]


def test_a_session_that_the_org_refuses_at_once_ends_the_run_with_words_and_without_secrets(
    sandbox, importer, org
):
    with (
        sandbox.faults.on({"kind": "session_ends", "after": 1}),
        pytest.raises(SignInError, match=r"INVALID_SESSION_ID") as refused,
    ):
        importer.read("Lead", org=org)

    assert importer.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'lead'") == [(0,)]
    secrets = {sandbox.client_secret, org.session.grant.access_token}
    assert not any(secret in str(refused.value) + repr(refused.value.__cause__) for secret in secrets)
