import resource
from contextlib import contextmanager
from datetime import date

import pytest

from sync_project.settings.home import Home


def test_the_first_day_is_kept_from_the_first_run_on(tmp_path):
    home = Home(folder=tmp_path / "home")

    assert home.read_first_day() is None
    assert home.keep_first_day(date(2026, 1, 2)) == date(2026, 1, 2)
    assert home.keep_first_day(date(2026, 5, 6)) == date(2026, 1, 2)
    assert home.read_first_day() == date(2026, 1, 2)


def test_a_full_disk_leaves_no_half_of_the_first_day(tmp_path):
    home = Home(folder=tmp_path)

    with full_disk(), pytest.raises(OSError, match="File too large"):
        home.keep_first_day(date(2026, 1, 2))

    assert home.read_first_day() is None
    assert home.keep_first_day(date(2026, 1, 3)) == date(2026, 1, 3)


@contextmanager
def full_disk():
    """No byte can be written to any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
