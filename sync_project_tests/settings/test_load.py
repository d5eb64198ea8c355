import re

import pytest
import yaml

from sync_project.settings.load import SettingsError, build_settings, load_settings
from sync_project.settings.writeback import TargetPolicy, WriteRule


def test_the_packaged_defaults_are_valid_and_cautious():
    settings = load_settings(None)

    assert settings.writeback.target_policy is TargetPolicy.CONTACT_ONLY
    assert not settings.writeback.contact.create
    assert not settings.writeback.lead.create
    assert not settings.writeback.account.create


def test_a_users_file_changes_only_what_it_names(tmp_path):
    file = tmp_path / "sync.yaml"
    file.write_text(yaml.safe_dump({"writeback": {"contact": {"sync_threshold": 80}}}), encoding="utf-8")

    settings = load_settings(file)

    assert settings.writeback.contact.sync_threshold == 80
    assert settings.writeback.lead == load_settings(None).writeback.lead


def test_a_list_replaces_the_default_list_and_a_mapping_defaults_to_overwrite():
    changes = {"writeback": {"account": {"fields": [{"source": "domain", "field": "Domain__c"}]}}}

    (mapping,) = build_settings(changes, origin="test").writeback.account.fields

    assert (mapping.field, mapping.rule) == ("Domain__c", WriteRule.OVERWRITE)


def test_an_empty_file_means_the_defaults(tmp_path):
    file = tmp_path / "sync.yaml"
    file.write_text("# nothing yet\n", encoding="utf-8")

    assert load_settings(file) == load_settings(None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"writebck": {}}, "writebck: unknown setting; did you mean 'writeback'?"),
        (
            {"writeback": {"contact": {"sync_treshold": 5}}},
            "writeback.contact.sync_treshold: unknown setting; did you mean 'sync_threshold'?",
        ),
        (
            {"signals": {"fields": [{"name": "x", "label": "X", "leed": "Y"}]}},
            "signals.fields.0.leed: unknown setting; did you mean 'lead'?",
        ),
        ({"scoring": {"hot_odds": 0.5}}, "scoring.hot_odds: Input should be greater than 1 (found 0.5)"),
        (
            {"icp": {"outcome": {"source": "lead_field"}}},
            "icp.outcome: Value error, field is needed with source lead_field, and only there",
        ),
        (
            {"ingest": {"objects": {"contact": {}}}},
            "ingest.objects: Value error, contact and Contact would share a table; keep one of them",
        ),
        (
            {"ingest": {"objects": {"Big_Deal__c": {}, "BigDeal__c": {}}}},
            "ingest.objects: Value error, BigDeal__c and Big_Deal__c would share a table; keep one of them",
        ),
        (
            {"ingest": {"audiences": {"vip": {"object": "Contact", "report": "VIP", "soql": "SELECT"}}}},
            "give exactly one of list_view, report and soql; found report, soql",
        ),
        (
            {"ingest": {"audiences": {"vip": {"object": "contact", "report": "VIP"}}}},
            "ingest: Value error, the audience vip is one of contact, which does not come in; name that",
        ),
        (
            {"ingest": {"event_sources": {"site": {"fields": {"emial": "user"}}}}},
            "Input should be 'event_id', 'occurred_at', 'email', 'domain', 'kind' or 'properties' (found 'em",
        ),
        (
            {"ingest": {"event_sources": {"site": {"files": "a.csv", "database": "URL", "query": "SELECT"}}}},
            "ingest.event_sources.site: Value error, give either files, or database with query, not both",
        ),
        (
            {"matching": {"account_rules": ["create", "stored_id"]}},
            "matching: Value error, create stands before another one of account_rules",
        ),
        (
            {"writeback": {"account": {"create": True}}},
            "writeback.account.create needs create among matching.account_rules; add it there as the last",
        ),
        (
            {"writeback": {"target_policy": "everywhere"}},
            "writeback.target_policy: Input should be 'contact_only', 'contact_then_lead' or 'both'",
        ),
    ],
)
def test_a_fault_names_its_place_and_the_remedy(changes, message):
    with pytest.raises(SettingsError, match=re.escape(message)):
        build_settings(changes, origin="sync.yaml")


def test_all_faults_are_told_at_once():
    with pytest.raises(SettingsError) as caught:
        build_settings({"a": 1, "b": 2}, origin="sync.yaml")

    assert str(caught.value).count("unknown setting") == 2


def test_a_missing_file_names_itself_and_the_ways_out(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.yaml cannot be read .* SYNC_PROJECT_SETTINGS"):
        load_settings(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("text", ["a: [", "- a list"])
def test_a_file_that_is_no_map_is_refused_by_name(tmp_path, text):
    file = tmp_path / "sync.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"sync\.yaml"):
        load_settings(file)


def test_a_file_that_changed_is_read_again(tmp_path):
    file = tmp_path / "sync.yaml"
    file.write_text("icp: {horizon_days: 30}", encoding="utf-8")
    before = load_settings(file)
    file.write_text("icp: {horizon_days: 31}", encoding="utf-8")

    assert (before.icp.horizon_days, load_settings(file).icp.horizon_days) == (30, 31)


def test_a_file_in_another_encoding_is_named(tmp_path):
    file = tmp_path / "sync.yaml"
    file.write_bytes("# Größe".encode("latin-1"))

    with pytest.raises(SettingsError, match=r"sync\.yaml is not UTF-8 text .*Save it as such"):
        load_settings(file)
