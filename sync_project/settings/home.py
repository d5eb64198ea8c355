"""Where one installation keeps its state."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Home:
    """One folder, ``SYNC_PROJECT_HOME``, and what lies in it."""

    folder: Path

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that runs write."""
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The copy that analysts open."""
        return self.folder / "published.duckdb"

    @property
    def sandbox(self) -> Path:
        """The embedded org."""
        return self.folder / "sandbox"

    @property
    def events(self) -> Path:
        """Engagement events, unless the settings name another folder."""
        return self.folder / "events"

    @property
    def overrides(self) -> Path:
        """Corrections of matching by a person, unless the settings name another file."""
        return self.folder / "overrides.csv"

    def read_first_day(self) -> date | None:
        """The first daily partition; None before the first run."""
        if not self._first_day_file.exists():
            return None
        return date.fromisoformat(self._first_day_file.read_text(encoding="utf-8").strip())

    def keep_first_day(self, today: date) -> date:
        """The first daily partition, which is ``today`` where the home is new."""
        known = self.read_first_day()
        if known is not None:
            return known
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._first_day_file, f"{today.isoformat()}\n")
        return today

    @property
    def _first_day_file(self) -> Path:
        return self.folder / "first_day"


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that nobody ever finds half of it, whatever kills the process."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
