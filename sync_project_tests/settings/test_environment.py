from pathlib import Path

import pytest

from sync_project.settings.environment import EnvironmentVariableError, read_environment

CREDENTIALS = {
    "SALESFORCE_LOGIN_URL": "https://acme.my.salesforce.com",
    "SALESFORCE_CLIENT_ID": "key",
    "SALESFORCE_CLIENT_SECRET": "hush",
}


def test_nothing_set_means_the_sandbox_org_in_the_working_directory():
    environment = read_environment({})

    assert environment.home == Path.cwd() / ".sync_project"
    assert environment.settings_file is None
    assert environment.credentials is None


def test_the_three_credentials_name_a_real_org_and_the_secret_stays_out_of_sight():
    environment = read_environment(CREDENTIALS)

    assert environment.credentials is not None
    assert environment.credentials.login_url == "https://acme.my.salesforce.com"
    assert "hush" not in repr(environment)


@pytest.mark.parametrize("missing", sorted(CREDENTIALS))
def test_a_missing_companion_is_named(missing):
    with pytest.raises(EnvironmentVariableError, match=f"^{missing} not set, but"):
        read_environment(CREDENTIALS | {missing: ""})
