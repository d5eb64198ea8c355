from datetime import date

from sync_project.settings.home import Home


def test_the_first_day_is_kept_from_the_first_run_on(tmp_path):
    home = Home(folder=tmp_path / "home")

    assert home.read_first_day() is None
    assert home.keep_first_day(date(2026, 1, 2)) == date(2026, 1, 2)
    assert home.keep_first_day(date(2026, 5, 6)) == date(2026, 1, 2)
    assert home.read_first_day() == date(2026, 1, 2)
