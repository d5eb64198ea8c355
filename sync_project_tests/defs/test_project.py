"""What Dagster sees of the project: written out once, so that a change of it is a decision."""

import subprocess
import sys
import tomllib
import warnings
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from sync_project.cli import WORKSPACE
from sync_project.defs.project import SYNC_JOB, make_definitions
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key
from sync_project.defs.upkeep import REFRESH_JOB, SWEEP_JOB
from sync_project.ingest.objects import table_name
from sync_project.settings.load import SettingsError, load_settings
from sync_project.warehouse.models import load_models

CHECKOUT = Path(__file__).parents[2]
NOW = "2026-06-01T10:00:00Z"

TABLES = {
    "raw": [
        "account",
        "account_history",
        "audience",
        "audience_member",
        "campaign",
        "campaign_member",
        "campaign_member_status",
        "contact",
        "contact_history",
        "engagement_event",
        "event",
        "event_file",
        "event_source",
        "field",
        "field_change",
        "field_permission",
        "formula_drift",
        "gone_record",
        "import_price",
        "lead",
        "lead_history",
        "left_out",
        "opportunity",
        "opportunity_contact_role",
        "opportunity_field_history",
        "opportunity_history",
        "rejected_event",
        "task",
        "user",
    ],
    "staged": [
        "account",
        "campaign",
        "campaign_member",
        "campaign_member_status",
        "contact",
        "engagement_event",
        "event",
        "field_change",
        "former_email",
        "lead",
        "opportunity",
        "opportunity_contact_role",
        "opportunity_history",
        "redirect",
        "task",
        "user",
    ],
    "matched": [
        "account_duplicate",
        "account_match",
        "account_standing",
        "address_owner",
        "affiliation",
        "company_candidate",
        "company_name",
        "company_word",
        "domain_owner",
        "duplicate",
        "duplicate_log",
        "email_address",
        "event",
        "former_address",
        "key_owner",
        "merge_pair",
        "organisation",
        "override",
        "person",
        "person_correction",
        "person_key",
        "person_link",
        "person_match",
        "person_order",
        "person_standing",
        "record_link",
        "record_redirect",
        "shared_domain",
        "sighting",
        "sighting_match",
        "suggestion",
        "to_merge",
        "unmatched_company",
        "website",
    ],
    "icp": [
        "account_contribution",
        "account_engagement",
        "account_lesson",
        "account_now",
        "account_past",
        "backtest",
        "backtest_prediction",
        "calibration",
        "campaign_touch",
        "confidence_outcome",
        "engagement_coverage",
        "engagement_state",
        "example",
        "existence",
        "field_outcome",
        "first_account",
        "first_contact",
        "job_title",
        "lead_outcome",
        "level_outcome",
        "lift",
        "model",
        "model_card",
        "model_log",
        "not_evaluated",
        "not_evaluated_log",
        "open_deal",
        "opportunity_outcome",
        "opportunity_state",
        "person_contribution",
        "person_engagement",
        "person_lesson",
        "person_now",
        "person_past",
        "person_profile",
        "points",
        "points_log",
        "prediction",
        "record_identity",
        "refused_signal",
        "sales_activity",
        "score_drift",
        "score_log",
        "segment",
        "segment_log",
        "signal",
    ],
    "scored": [
        "account_propensity",
        "change",
        "explanation",
        "held_level",
        "last_written",
        "organisation",
        "person",
        "score",
    ],
    "outbound": [
        "acknowledged_value",
        "activity_log",
        "candidate",
        "routed",
        "target",
        "write_plan",
        "written_score",
    ],
    "published": ["published"],
}
OBJECT_TABLES = [table_name(name).removeprefix("raw.") for name in load_settings(None).ingest.objects]
CHECKS = {
    ("icp/confidence_outcome", "confidence_keeps_its_word"),
    ("icp/level_outcome", "levels_are_in_order"),
    ("icp/model", "data_suffice"),
    ("icp/model", "no_signal_knows_the_outcome"),
    ("icp/model", "odds_came_true"),
    ("icp/model", "signal_was_found"),
    ("icp/prediction", "contributions_sum_to_the_score"),
    ("icp/prediction", "only_sound_models_speak"),
    ("icp/score_drift", "newest_odds_came_true"),
    ("icp/score_drift", "scores_are_steady"),
    ("icp/refused_signal", "no_signal_was_refused"),
    ("matched/override", "every_override_means_something"),
    ("outbound/activity_log", "no_record_was_rejected"),
    ("raw/audience", "every_audience_came_whole"),
    ("raw/engagement_event", "no_event_was_rejected"),
    ("raw/event_source", "every_event_source_was_read"),
    ("raw/field_change", "no_field_changed"),
    ("raw/left_out", "nothing_named_is_missing"),
    *((f"raw/{name}", "reconciled") for name in OBJECT_TABLES),
}
AUDIENCES = ("audience", "audience_member")
NOT_ASSETS = {"raw.api_call", "raw.import_log", "raw.org"}
"""Kept by every import beside its own table."""


@pytest.fixture
def surroundings(tmp_path):
    return Surroundings(variables={"SYNC_PROJECT_HOME": str(tmp_path / "home")}, now=NOW)


@pytest.fixture
def specs(surroundings):
    graph = make_definitions(surroundings).resolve_asset_graph()
    return {node.key: node for node in graph.asset_nodes}


def test_the_assets_are_these_in_a_group_per_room(specs):
    groups = defaultdict(list)
    for key, spec in specs.items():
        groups[spec.group_name].append(key.path[-1])
    assert {group: sorted(names) for group, names in groups.items()} == TABLES


def test_an_asset_is_named_like_its_table(specs):
    named = {key.to_user_string() for key in specs} - {"published"}
    assert named == {
        f"{schema}/{table}" for schema in TABLES if schema != "published" for table in TABLES[schema]
    }


def test_every_sql_file_is_an_asset_with_its_description(specs):
    described = {".".join(key.path): spec.description for key, spec in specs.items()}
    models = load_models()
    assert models.keys() - described.keys() == NOT_ASSETS
    assert [name for name in models.keys() - NOT_ASSETS if described[name] != models[name].description] == []


def test_every_query_waits_for_the_tables_it_reads(specs):
    for model in load_models().values():
        if model.is_query:
            parents = {
                ".".join(key.path) for key in specs[dg.AssetKey([model.schema, model.table])].parent_keys
            }
            assert parents == model.reads - {model.name}


def test_every_asset_says_what_it_is(specs):
    assert [key for key, spec in specs.items() if not spec.description] == []


def test_one_job_runs_everything_in_this_process_and_upkeep_has_jobs_of_its_own(surroundings, specs):
    definitions = make_definitions(surroundings)
    jobs = {job.name: job for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    drift, gone = dg.AssetKey(["raw", "formula_drift"]), dg.AssetKey(["raw", "gone_record"])
    assert {job.executor_def for job in jobs.values()} == {dg.in_process_executor}
    assert {name: job.asset_layer.selected_asset_keys for name, job in jobs.items()} == {
        SYNC_JOB: specs.keys() - {drift, gone},
        REFRESH_JOB: {drift},
        SWEEP_JOB: {gone},
    }


def test_upkeep_runs_by_itself_when_the_settings_say(surroundings):
    schedules = make_definitions(surroundings).schedules
    assert {(each.job_name, each.cron_schedule, each.default_status.value) for each in schedules} == {
        (REFRESH_JOB, "0 3 * * *", "RUNNING"),
        (SWEEP_JOB, "0 4 * * 0", "RUNNING"),
    }


@pytest.mark.parametrize("setting", ["refresh_cron", "sweep_cron"])
def test_a_time_that_is_none_is_told_with_its_setting(tmp_path, setting):
    settings_file = tmp_path / "sync.yaml"
    settings_file.write_text(f"ingest: {{{setting}: 99 3 * * *}}", encoding="utf-8")
    variables = {"SYNC_PROJECT_HOME": str(tmp_path), "SYNC_PROJECT_SETTINGS": str(settings_file)}
    with pytest.raises(SettingsError, match=rf"ingest\.{setting} is '99 3 \* \* \*', which names no time"):
        make_definitions(Surroundings(variables=variables))


def test_the_checks_are_these(surroundings):
    graph = make_definitions(surroundings).resolve_asset_graph()
    assert {(key.asset_key.to_user_string(), key.name) for key in graph.asset_check_keys} == CHECKS


def test_what_is_scored_and_written_waits_for_the_locks_and_what_is_imported_does_not(surroundings):
    graph = make_definitions(surroundings).resolve_asset_graph()
    waiting = dg.AssetSelection.assets(asset_key("icp.prediction")).downstream().resolve(graph)
    assert {key.path[0] for key in waiting} == {"icp", "scored", "outbound", "published"}
    others = graph.get_all_asset_keys() - waiting
    assert [key for key in others if key.path[0] in {"scored", "outbound"}] == [
        asset_key("scored.last_written")
    ]


def test_loading_warns_of_nothing_and_leaves_no_trace(surroundings, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dg.Definitions.validate_loadable(make_definitions(surroundings))
    assert list(tmp_path.iterdir()) == []


def test_a_fresh_process_loads_the_definitions_without_a_word_or_a_trace(tmp_path):
    loaded = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "import sync_project.definitions as d; d.defs.resolve_asset_graph()",
        ],
        env={"SYNC_PROJECT_HOME": str(tmp_path / "home"), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (loaded.stdout, loaded.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_partitions_begin_with_the_first_day_of_the_home_and_include_today(surroundings, specs):
    surroundings.home.keep_first_day(datetime(2026, 5, 30, tzinfo=UTC).date())
    [partitions] = {
        node.partitions_def
        for node in make_definitions(surroundings).resolve_asset_graph().asset_nodes
        if node.partitions_def
    }
    now = surroundings.clock()
    assert partitions.get_partition_keys(current_time=now) == ["2026-05-30", "2026-05-31", "2026-06-01"]
    assert partitions.get_partition_keys(current_time=now + timedelta(days=1))[-1] == "2026-06-02"


def test_a_new_home_has_one_partition_which_is_today(specs):
    partitions = specs[dg.AssetKey(["raw", "lead"])].partitions_def
    assert partitions.get_partition_keys(current_time=datetime.fromisoformat(NOW)) == ["2026-06-01"]


def test_only_what_comes_in_is_partitioned_and_all_of_it_runs_as_one(specs):
    partitioned = {key.path[-1] for key, spec in specs.items() if spec.partitions_def}
    as_of_now = {
        "field",
        "field_change",
        "field_permission",
        "left_out",
        "formula_drift",
        "gone_record",
        *AUDIENCES,
    }
    assert partitioned == set(TABLES["raw"]) - as_of_now
    assert {spec.backfill_policy for spec in specs.values()} == {dg.BackfillPolicy.single_run()}


def test_everybody_finds_the_code_under_one_name():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    workspace = yaml.safe_load((CHECKOUT / "workspace.yaml").read_text(encoding="utf-8"))
    assert yaml.safe_load(WORKSPACE) == workspace
    [entry] = workspace["load_from"]
    assert entry == {
        "python_module": {"module_name": "sync_project.definitions", "location_name": "sync_project"}
    }
    dagster, dg_project = project["dagster"], project["dg"]["project"]
    assert (dagster["module_name"], dagster["code_location_name"]) == (
        "sync_project.definitions",
        "sync_project",
    )
    assert (dg_project["code_location_target_module"], dg_project["code_location_name"]) == (
        "sync_project.definitions",
        "sync_project",
    )
