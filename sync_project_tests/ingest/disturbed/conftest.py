"""The org of these tests, lived once."""

from collections.abc import Iterator

import pytest

from sync_project_tests.ingest.disturbed.lived_org import LivedOrg, lived_org


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedOrg]:
    with lived_org(tmp_path_factory.mktemp("lived")) as lived:
        yield lived
