import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest
import yaml
from click import Group

from sync_project.cli import main
from sync_project.matching.corrections.overrides import KeyPolicy, parse_overrides
from sync_project.sandbox.traffic.faults import Fault
from sync_project.sandbox.wire.routes import ROUTES
from sync_project.settings import environment
from sync_project.settings.base import SettingsModel
from sync_project.settings.ingest import AudienceSettings, EventSource, ObjectSettings
from sync_project.settings.load import load_settings
from sync_project.settings.writeback import AccountSource, PersonSource
from sync_project.warehouse.models import load_models

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESCRIBED_IN_WORDS = {"ingest.objects", "ingest.event_sources", "signals.fields"} | {
    f"writeback.{target}.fields" for target in ("contact", "lead", "account")
}


def table(first_header: str) -> list[list[str]]:
    """The cells of the one table whose first column has that header."""
    found = re.search(rf"^\| {re.escape(first_header)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert found, first_header
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found.group(1).splitlines()]


def first_words(first_header: str) -> list[str]:
    return [re.findall(r"`([^`]+)`", row[0])[0] for row in table(first_header)]


def leaves(value, path=""):
    if not isinstance(value, SettingsModel):
        return {path: value}
    found = {}
    for name in type(value).model_fields:
        found |= leaves(getattr(value, name), f"{path}.{name}" if path else name)
    return found


def spelled(value) -> str:
    if isinstance(value, StrEnum):
        return f"`{value}`"
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" for each in value) or "`[]`"
    return f"`{yaml.safe_dump(value).splitlines()[0]}`"


def test_every_setting_is_listed_in_the_order_of_the_file():
    assert first_words("setting") == list(leaves(load_settings(None)))


@pytest.mark.parametrize("row", table("setting"), ids=lambda row: row[0])
def test_every_listed_default_is_the_default(row):
    path = row[0].strip("`")
    if path not in DESCRIBED_IN_WORDS:
        expected = spelled(leaves(load_settings(None))[path]).replace("'", "")
        assert row[1] == expected


@pytest.mark.parametrize(
    ("header", "model"),
    [
        ("setting of an object", ObjectSettings),
        ("setting of an audience", AudienceSettings),
        ("setting of a source", EventSource),
    ],
)
def test_every_setting_of_an_entry_is_listed_with_its_default(header, model):
    defaults = {
        name: "needed" if each.is_required() else spelled(each.get_default())
        for name, each in model.model_fields.items()
    }
    assert {row[0].strip("`"): row[1] for row in table(header)} == defaults


def test_every_environment_variable_is_listed():
    known = {value for name, value in vars(environment).items() if name.isupper() and isinstance(value, str)}

    assert set(first_words("variable")) == known


def test_every_source_is_listed():
    assert first_words("source for Contact and Lead") == [each.value for each in PersonSource]
    assert first_words("source for Account") == [each.value for each in AccountSource]


def test_every_command_and_its_options_are_listed():
    assert isinstance(main, Group)
    rows = {re.findall(r"`sync-project (\w+)`", row[0])[0]: row[1] for row in table("command")}

    assert set(rows) == set(main.commands)
    for name, command in main.commands.items():
        for parameter in command.params:
            assert f"`{parameter.opts[0]}`" in rows[name]


def test_every_schema_is_listed_and_every_table_named_there_exists():
    rows = table("schema")
    models = load_models()

    assert [row[0].strip("`") for row in rows] == list(
        dict.fromkeys(sorted((model.schema for model in models.values()), key=first_words("schema").index))
    )
    for schema, words in ((row[0].strip("`"), row[1]) for row in rows):
        for name in re.findall(r"`(\w+)`", words):
            assert f"{schema}.{name}" in models


def test_every_admin_path_of_the_sandbox_is_listed():
    listed = [path for row in table("admin path") for path in re.findall(r"`(/sandbox/[^`]+)`", row[0])]
    samples = [path.replace("{kind}", "validation") for path in listed]
    served = [each.pattern for each in ROUTES if each.pattern.pattern.startswith("/+sandbox/+")]

    assert [path for path in samples if not any(each.fullmatch(path) for each in served)] == []
    also_one = [*samples, *(f"{path}/1" for path in samples)]
    assert [each for each in served if not any(each.fullmatch(path) for path in also_one)] == []


def test_every_fault_of_the_dial_is_listed():
    kinds = {each.model_fields["kind"].annotation.__args__[0] for each in get_args(get_args(Fault)[0])}

    assert set(first_words("fault")) == kinds


def test_the_corrections_shown_are_valid():
    (shown,) = re.findall(r"```csv\n(kind,key,decision.*?)```", README, re.DOTALL)
    policy = KeyPolicy(own_domains=(), keep_subdomain=False)

    assert len(parse_overrides(shown, path=ROOT / "README.md", policy=policy)) == shown.count("\n") - 1


def test_ci_calls_the_test_command_of_the_readme():
    command = "pip install '.[test]' && .venv/bin/pytest"

    assert command in README
    assert re.search(
        r"pip install --quiet '\.\[test\]' && \.venv/bin/pytest", (ROOT / ".ci" / "run").read_text("utf-8")
    )


def test_the_picture_is_there():
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)

    assert (ROOT / picture).stat().st_size > 10_000
