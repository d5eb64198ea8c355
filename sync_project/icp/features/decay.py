"""What an event counts for on a later day: 1 on its own day, half of it a half-life later, and so on.

Weights are whole numbers, so that their sums are exact: the same for any order of events and number of
threads, and the same whether they are added day by day or all at once. An event of day d weighs
``mantissa(d % half_life) * 2 ** (d // half_life - anchor)``, where the anchor lies COUNTED_HALVINGS below
that of the day that is looked at. With each half-life that passes the anchor moves by one: what was before
it no longer counts, and every other weight is halved, which leaves no remainder.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import cache

from sync_project.settings.icp import EngagementSignals

COUNTED_HALVINGS = 20
"""An event counts until it is worth less than a millionth."""
MANTISSA_BITS = 40
"""With COUNTED_HALVINGS more a weight fits into BIGINT; their sums are HUGEINT, which none outgrows."""
EPOCH = date(1970, 1, 1)


@cache
def mantissas(half_life: int) -> tuple[int, ...]:
    """By place in the half-life: 2 ** (place / half_life), times 2 ** MANTISSA_BITS, as whole numbers.

    By decimal arithmetic, which gives the same digits on every machine.

    >>> [each / 2**MANTISSA_BITS for each in mantissas(2)]
    [1.0, 1.4142135623724243]
    """
    with localcontext(prec=50):
        return tuple(
            int(Decimal(2) ** (MANTISSA_BITS + Decimal(place) / half_life)) for place in range(half_life)
        )


def count_halvings(half_life: int, *, until: date) -> int:
    """Whole half-lives since EPOCH.

    >>> count_halvings(30, until=date(1970, 3, 2))
    2
    """
    return (until - EPOCH).days // half_life


@dataclass(frozen=True, kw_only=True)
class Decay:
    """How events of each kind fade, and the SQL that says so."""

    half_life: int
    """In days, of every kind that has none of its own."""
    own: tuple[tuple[str, int], ...]
    """Kinds with a half-life of their own, and that."""

    @classmethod
    def of(cls, settings: EngagementSignals) -> "Decay":
        """As the settings say."""
        return cls(
            half_life=settings.half_life_days, own=tuple(sorted(settings.half_life_days_by_kind.items()))
        )

    @property
    def half_lives(self) -> list[int]:
        """Those that there are, the shortest first."""
        return sorted({self.half_life, *(days for _, days in self.own)})

    def of_kind(self, kind: str) -> int:
        """The half-life of events of the kind."""
        return dict(self.own).get(kind, self.half_life)

    def first_day(self, half_life: int, *, of: date) -> date:
        """The first day of which an event with the half-life still counts on the day ``of``."""
        halvings = count_halvings(half_life, until=of) - COUNTED_HALVINGS
        return EPOCH + timedelta(days=max(halvings, 0) * half_life)

    def parameters(self) -> dict[str, object]:
        """Of ``weigh``, and among them those of ``weight_of_today``."""
        named: dict[str, object] = {f"own_kind_{at}": kind for at, (kind, _) in enumerate(self.own)}
        return named | {f"mantissas_{each}": list(mantissas(each)) for each in self.half_lives}

    def weigh(self, events: str) -> str:
        """A query: the events that still count on the day that each is looked at, with what they weigh then.

        ``events`` is a query with occurred_at, kind and ``looked_at``, a day; the result has half_life and
        weight beside its columns.
        """
        weights = " ".join(
            f"WHEN {each} THEN list_extract($mantissas_{each}, 1 + day % {each}) << halvings_left"
            for each in self.half_lives
        )
        return f"""SELECT * EXCLUDE (day, halvings_left), CASE half_life {weights} END AS weight
            FROM (
                SELECT *, day // half_life - {_number_day("looked_at")} // half_life + {COUNTED_HALVINGS}
                    AS halvings_left
                FROM (
                    SELECT *, {_number_day("occurred_at")} AS day, {self._half_life()} AS half_life
                    FROM ({events})
                )
            )
            WHERE halvings_left >= 0 AND day >= 0"""

    def weight_of_today(self, half_life: int, *, looked_at: str) -> str:
        """SQL for what an event of the day ``looked_at`` weighs on that day."""
        mantissa = f"list_extract($mantissas_{half_life}, 1 + {_number_day(looked_at)} % {half_life})"
        return f"CAST({mantissa} << {COUNTED_HALVINGS} AS DOUBLE)"

    def _half_life(self) -> str:
        cases = " ".join(f"WHEN $own_kind_{at} THEN {days}" for at, (_, days) in enumerate(self.own))
        return f"CASE kind {cases} ELSE {self.half_life} END" if cases else f"{self.half_life}"


def _number_day(moment: str) -> str:
    return f"date_diff('day', DATE '{EPOCH}', CAST({moment} AS DATE))"
