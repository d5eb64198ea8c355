"""What a person sees on the command line when something is wrong: one clear message, no traceback."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync_project.cli import main
from sync_project.sandbox.loading import load_folder
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project_tests.journeys.homes import dagster_warnings_ignored

NOTHING_SET = dict.fromkeys(
    (
        "SYNC_PROJECT_SETTINGS",
        "DAGSTER_HOME",
        "SALESFORCE_LOGIN_URL",
        "SALESFORCE_CLIENT_ID",
        "SALESFORCE_CLIENT_SECRET",
    )
)


def call(home: Path, *arguments: str, **variables: str) -> Result:
    """One command in this process, with only these variables set."""
    environment = {**NOTHING_SET, "SYNC_PROJECT_HOME": str(home), **variables}
    with dagster_warnings_ignored():
        return CliRunner().invoke(main, arguments, env=environment)


def credentials(url: str, *, client_id: str = "id", client_secret: str = "hush-hush") -> dict[str, str]:
    return {
        "SALESFORCE_LOGIN_URL": url,
        "SALESFORCE_CLIENT_ID": client_id,
        "SALESFORCE_CLIENT_SECRET": client_secret,
    }


def assert_fails(result: Result, *said: str) -> None:
    """Exit code 1, and these words on stderr, each once."""
    shown = re.sub(r"\s+", " ", result.stderr)
    assert [shown.count(each) for each in said] == [1] * len(said), shown
    assert (result.exit_code, "Traceback" in result.output) == (1, False)


@pytest.fixture
def settings_file(tmp_path):
    def write(text: str) -> dict[str, str]:
        path = tmp_path / "sync.yaml"
        path.write_text(text, encoding="utf-8")
        return {"SYNC_PROJECT_SETTINGS": str(path)}

    return write


def test_an_org_that_does_not_answer_is_named(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert_fails(
        call(tmp_path, "run", **credentials(url)),
        f"{url} does not answer (ConnectionError). Check the address and the network",
        "Error: The run failed. Every table is whole, ",
    )


def test_wrong_credentials_are_refused_without_showing_the_secret(tmp_path):
    with SandboxOrg.open(tmp_path / "org") as org, serve(org) as url:
        result = call(tmp_path / "home", "run", **credentials(url, client_id=org.client_id))
    assert_fails(result, f"{url} refuses the sign-in (invalid_client:", "Check the client secret")
    assert "hush-hush" not in result.output


def test_the_shared_login_address_is_refused_with_the_right_one(tmp_path):
    result = call(tmp_path, "run", **credentials("https://login.salesforce.com"))
    assert_fails(result, "login.salesforce.com does not sign in client credentials.", "Setup, My Domain")


def test_half_of_the_credentials_are_none(tmp_path):
    result = call(tmp_path, "run", SALESFORCE_LOGIN_URL="https://acme.my.salesforce.com")
    assert_fails(
        result,
        "Error: SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET not set, but SALESFORCE_LOGIN_URL is. "
        "Set all three to connect a real org, or none to use the embedded sandbox org.",
    )
    assert result.stdout == ""


def test_an_unknown_setting_gets_the_nearest_name(tmp_path, settings_file):
    result = call(tmp_path, "run", **settings_file("icp: {horizon_day: 30}"))
    assert_fails(result, "icp.horizon_day: unknown setting; did you mean 'horizon_days'?")


def test_settings_that_are_no_yaml_are_named_with_their_line(tmp_path, settings_file):
    result = call(tmp_path, "run", **settings_file("icp: {horizon_days: 30"))
    assert_fails(result, "sync.yaml is not valid YAML:", "line 1, column 6")


def test_a_settings_file_that_is_not_there_is_named(tmp_path):
    result = call(tmp_path, "--settings", str(tmp_path / "nowhere.yaml"), "run")
    assert_fails(result, "nowhere.yaml cannot be read (No such file or directory). Give an existing file")


def test_a_home_that_is_a_file_is_named(tmp_path):
    home = tmp_path / "home"
    home.write_text("not a folder", encoding="utf-8")
    assert_fails(call(home, "run"), f"Error: {home} cannot be used", "SYNC_PROJECT_HOME")


def test_a_warehouse_that_is_no_database_is_named_with_the_remedy(tmp_path):
    (tmp_path / "warehouse.duckdb").write_bytes(b"not a database, but long enough to look at" * 200)
    assert_fails(call(tmp_path, "run"), "warehouse.duckdb cannot be opened", "move it away and run again")


def test_a_file_that_is_no_certificate_is_named_with_the_remedy(tmp_path):
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "Account.csv").write_text("Name\nAcme\n", encoding="utf-8")
    pem = tmp_path / "key.pem"
    pem.write_text("no key", encoding="utf-8")
    result = call(tmp_path, "sandbox", "--load", str(tmp_path / "csv"), "--jwt-certificate", str(pem))
    assert_fails(result, f"Error: {pem}: the certificate is no PEM text", "make one by openssl req")


def test_a_port_that_is_taken_is_named_before_anything_is_announced(tmp_path):
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "Account.csv").write_text("Name\nAcme\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = call(tmp_path, "sandbox", "--load", str(tmp_path / "csv"), "--port", str(port))
    assert_fails(result, f"Error: port {port} on 127.0.0.1 is taken by another program")
    assert "Serving" not in result.stdout


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Lead", "LastName,AnnualRevenue\nA,lots\n", "Lead.csv, line 2, column AnnualRevenue, value 'lots'"),
        ("Lead", "LastNam\nA\n", "Lead has no field 'LastNam' (did you mean LastName?)"),
        ("Leads", "LastName\nA\n", "the org has no object 'Leads' (did you mean Lead?)"),
    ],
)
def test_a_bad_file_to_load_is_named_with_its_place_and_nothing_is_loaded(tmp_path, name, text, said):
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assert_fails(call(tmp_path, "sandbox", "--load", str(folder)), said, "nothing was loaded")
    with SandboxOrg.open(tmp_path / "sandbox") as org:
        assert org.is_empty


def test_a_reset_whose_folder_cannot_be_loaded_leaves_the_org_as_it_was(tmp_path):
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "Lead.csv").write_text("LastName\nA\n", encoding="utf-8")
    with SandboxOrg.open(tmp_path / "sandbox") as org:
        load_folder(org, folder)
        before = org.client_id
    (folder / "Lead.csv").write_text("LastNam\nA\n", encoding="utf-8")

    assert_fails(call(tmp_path, "sandbox", "--reset", "--load", str(folder)), "nothing was loaded")

    with SandboxOrg.open(tmp_path / "sandbox") as org:
        assert not org.is_empty
        assert org.client_id == before


def test_a_folder_to_load_that_is_not_there_is_named(tmp_path):
    result = call(tmp_path, "sandbox", "--load", str(tmp_path / "nowhere"))
    assert_fails(result, "nowhere has no <SObject>.csv file")


def test_a_mistake_in_a_file_of_faults_is_named(tmp_path):
    (tmp_path / "Account.csv").write_text("Name\nAcme\n", encoding="utf-8")
    path = tmp_path / "faults.yaml"
    path.write_text("faults: [{kind: drop, when: never}]", encoding="utf-8")
    result = call(tmp_path, "sandbox", "--load", str(tmp_path), "--faults", str(path))
    assert_fails(result, "faults.0.drop.when: Input should be 'before', 'after' or 'midway'")
    assert_fails(call(tmp_path, "sandbox", "--faults", str(tmp_path / "no.yaml")), "no.yaml cannot be read")


def test_a_run_on_the_sandbox_org_meets_the_faults_of_the_settings(tmp_path, settings_file):
    with SandboxOrg.open(tmp_path / "sandbox") as org, org.transaction() as connection:
        connection.execute("INSERT INTO Account (Id, Name, IsDeleted) VALUES ('001', 'Acme', 0)")
    path = tmp_path / "faults.yaml"
    path.write_text("faults: [{kind: request_limit}]", encoding="utf-8")
    result = call(tmp_path, "run", **settings_file(f"sandbox: {{faults: {path}}}"))
    assert "TotalRequests Limit exceeded" in result.stdout
    assert "Ended early" in result.stdout
    assert result.exit_code == 0


def test_the_sandbox_announces_its_address_and_credentials_and_ends_on_ctrl_c(tmp_path):
    (tmp_path / "Account.csv").write_text("Name\nAcme\n", encoding="utf-8")
    command = [sys.executable, "-c", "from sync_project.cli import main; main()"]
    with subprocess.Popen(
        [*command, "sandbox", "--load", str(tmp_path), "--port", "0"],
        env={"SYNC_PROJECT_HOME": str(tmp_path / "home"), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(2)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert lines[0] == f"Loaded 1 Account from {tmp_path}\n"
    assert re.fullmatch(r"  export SALESFORCE_LOGIN_URL=http://127\.0\.0\.1:[1-9]\d+\n", lines[2])
    assert [line.partition("=")[0].strip() for line in lines[3:]] == [
        "export SALESFORCE_CLIENT_ID",
        "export SALESFORCE_CLIENT_SECRET",
    ]
