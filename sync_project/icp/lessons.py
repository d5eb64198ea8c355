"""What a scorecard learns from, as the estimator takes it: signals and outcomes of one subject."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from sync_project.icp.features.signals import Signal, Subject, check_columns


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Signals and outcomes of one subject, a row per lesson, sorted by its name."""

    values: pd.DataFrame
    """One column per signal."""
    names: pd.Series
    is_won: pd.Series
    decided_at: pd.Series

    @property
    def win_count(self) -> int:
        """Lessons that ended well."""
        return int(self.is_won.sum())

    @property
    def loss_count(self) -> int:
        """Lessons that did not."""
        return len(self.is_won) - self.win_count

    @property
    def base_rate(self) -> float | None:
        """Share of wins; None without lessons."""
        return self.win_count / len(self.is_won) if len(self.is_won) else None


def read_lessons(
    subject: Subject, signals: Sequence[Signal], *, connection: duckdb.DuckDBPyConnection
) -> Lessons:
    """The subject's lessons, in the order of their names whatever the order of the table."""
    table, names = f"icp.{subject}_lesson", [each.name for each in signals]
    frame = connection.execute(f"FROM {table} ORDER BY subject_id").df()
    check_columns(table, frame.columns, signals=names)
    return Lessons(
        values=frame[names],
        names=frame["subject_id"],
        is_won=frame["is_won"].astype(bool),
        decided_at=frame["as_of"],
    )
