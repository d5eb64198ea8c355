"""The sums of weights that engagement is read from, wherever the events come from, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync_project.icp.features.decay import Decay
from sync_project.settings.icp import EngagementSignals
from sync_project.warehouse.models import quote_name


@dataclass(frozen=True, kw_only=True)
class EngagementSums:
    """One sum for each kind of the settings, and for all events that fade alike the sum and the last time."""

    kinds: tuple[str, ...]
    decay: Decay

    @classmethod
    def of(cls, settings: EngagementSignals) -> "EngagementSums":
        """As the settings say."""
        return cls(kinds=tuple(dict.fromkeys(settings.kinds)), decay=Decay.of(settings))

    @property
    def weights(self) -> Mapping[str, int]:
        """Columns of sums, as SQL names, with the half-life of what they sum."""
        kinds = {_weight_of(kind): self.decay.of_kind(kind) for kind in self.kinds}
        return kinds | {f"weight_{each}": each for each in self.decay.half_lives}

    @property
    def last_times(self) -> Mapping[str, int]:
        """Columns of the last event's time, null where none counts, with the half-life of those events."""
        return {f"last_at_{each}": each for each in self.decay.half_lives}

    def add_up(self) -> list[str]:
        """Columns that aggregate what ``Decay.weigh`` gives."""
        kinds = [
            f"coalesce(sum(CASE WHEN kind = $kind_{at} THEN weight END), 0) AS {_weight_of(kind)}"
            for at, kind in enumerate(self.kinds)
        ]
        alike = [
            column
            for each in self.decay.half_lives
            for column in (
                f"coalesce(sum(CASE WHEN half_life = {each} THEN weight END), 0) AS weight_{each}",
                f"max(CASE WHEN half_life = {each} THEN occurred_at END) AS last_at_{each}",
            )
        ]
        return [*kinds, *alike]

    def add_further(self) -> list[str]:
        """Columns that aggregate such columns."""
        return [
            *(f"sum({each}) AS {each}" for each in self.weights),
            *(f"max({each}) AS {each}" for each in self.last_times),
        ]

    def read(self, *, looked_at: str) -> list[str]:
        """``events``, ``days_since_event`` and ``<kind>_count`` of such columns: what the signals read.

        An event of the day ``looked_at`` counts 1. The sum of doubles has one order.
        """
        counts = {each: self._count(f"weight_{each}", each, looked_at) for each in self.decay.half_lives}
        kinds = [
            f"{self._count(_weight_of(kind), self.decay.of_kind(kind), looked_at)} "
            f"AS {quote_name(f'{kind}_count')}"
            for kind in self.kinds
        ]
        last = f"greatest({', '.join(self.last_times)})"
        return [
            f"{' + '.join(counts.values())} AS events",
            f"date_diff('day', CAST({last} AS DATE), CAST({looked_at} AS DATE)) AS days_since_event",
            *kinds,
        ]

    def adding_parameters(self) -> dict[str, object]:
        """Of ``add_up`` over ``Decay.weigh``."""
        return {f"kind_{at}": kind for at, kind in enumerate(self.kinds)} | self.decay.parameters()

    def reading_parameters(self) -> dict[str, object]:
        """Of ``read``."""
        return {name: each for name, each in self.decay.parameters().items() if name.startswith("mantissas_")}

    def _count(self, weight: str, half_life: int, looked_at: str) -> str:
        return f"CAST({weight} AS DOUBLE) / {self.decay.weight_of_today(half_life, looked_at=looked_at)}"


def _weight_of(kind: str) -> str:
    return quote_name(f"{kind}_weight")
