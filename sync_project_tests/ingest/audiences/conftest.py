"""Audiences of leads, imported and previewed as a run and a person do."""

import pytest

from sync_project.ingest.audiences.importing import import_audiences
from sync_project.ingest.audiences.preview import preview_audience
from sync_project.settings.load import build_settings


@pytest.fixture
def settle():
    def settle(*, lead=None, **audiences):
        ingest = {"overlap_minutes": 5, "audiences": audiences, "objects": {"Lead": lead or {}}}
        return build_settings({"ingest": ingest}, origin="a test")

    return settle


@pytest.fixture
def bring_in(importer, settle):
    def bring_in(*, lead=None, org=None, **audiences):
        return import_audiences(
            org=org or importer.sign_in(),
            warehouse=importer.warehouse,
            settings=settle(lead=lead, **audiences),
            now=importer.clock.now,
        )

    return bring_in


@pytest.fixture
def preview(importer, settle):
    def preview(audience, *, name="", lead=None):
        settings = settle(lead=lead, asked=audience)
        return preview_audience(
            settings.ingest.audiences["asked"],
            name=name,
            org=importer.sign_in(),
            warehouse=importer.warehouse,
            settings=settings,
        )

    return preview
