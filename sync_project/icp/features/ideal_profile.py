"""The signal that holds what the user believes: the ideal profile of the settings, in log-odds.

Each rule that somebody meets multiplies the usual odds, so their logarithms add up; what is unknown meets no
rule. How much of it the outcomes bear out is learnt by the scorecard, as the slope of this one signal.
"""

import math
from collections.abc import Iterable, Sequence

from sync_project.icp.features.signals import IDEAL_PROFILE, IdealProfileError, Side, Signal
from sync_project.icp.features.wording import word_ideal_profile
from sync_project.settings.icp import IdealRule

LABEL = "Ideal customer profile"

MOST_ODDS = 20.0
"""However many rules somebody meets: 20 times the usual odds at most, and a twentieth of them at least."""


def list_ideal_signal(rules: Sequence[IdealRule], signals: Sequence[Signal]) -> list[Signal]:
    """One signal over the others; none where no rule is about any of them."""
    expressions = {each.name: each.expression for each in signals}
    met = [(place, rule) for place, rule in enumerate(rules) if rule.signal in expressions]
    if not met:
        return []
    total = " + ".join(_weigh(rule, expressions[rule.signal], place=place) for place, rule in met)
    parameters: dict[str, object] = {"ideal_most": math.log(MOST_ODDS)}
    for place, rule in met:
        parameters |= _read_parameters(rule, place=place)
    return [
        Signal(
            name=IDEAL_PROFILE,
            label=LABEL,
            side=Side.FIT,
            expression=f"greatest(-$ideal_most, least($ideal_most, {total}))",
            wording=word_ideal_profile(LABEL),
            parameters=parameters,
        )
    ]


def check_ideal_profile(rules: Iterable[IdealRule], *, names: Iterable[str]) -> None:
    """IdealProfileError where a rule is about none of the signals there are for anybody."""
    known = sorted(set(names))
    unknown = [rule.signal for rule in rules if rule.signal not in known]
    if unknown:
        raise IdealProfileError(
            f"icp.ideal_profile has a rule about {unknown[0]!r}, which is no signal. "
            f"The signals are {', '.join(known)}."
        )


def _weigh(rule: IdealRule, expression: str, *, place: int) -> str:
    return f"CASE WHEN {_ask(rule, expression, place=place)} THEN $ideal_{place} ELSE 0 END"


def _ask(rule: IdealRule, expression: str, *, place: int) -> str:
    if rule.is_ is not None:
        texts = ", ".join(f"$ideal_{place}_is_{at}" for at in range(len(rule.is_)))
        text = f"lower(trim(CAST({expression} AS VARCHAR))) IN ({texts})"
        numbers = ", ".join(f"$ideal_{place}_number_{at}" for at in range(len(_read_numbers(rule.is_))))
        return f"({text} OR TRY_CAST({expression} AS DOUBLE) IN ({numbers}))" if numbers else text
    number = f"TRY_CAST({expression} AS DOUBLE)"
    ends = [
        f"{number} {sign} $ideal_{place}_{end}"
        for end, sign, value in (("at_least", ">=", rule.at_least), ("below", "<", rule.below))
        if value is not None
    ]
    return " AND ".join(ends)


def _read_parameters(rule: IdealRule, *, place: int) -> dict[str, object]:
    texts = {f"is_{at}": str(value).strip().lower() for at, value in enumerate(rule.is_ or ())}
    numbers = {f"number_{at}": value for at, value in enumerate(_read_numbers(rule.is_ or ()))}
    ends = {"at_least": rule.at_least, "below": rule.below}
    given = texts | numbers | {end: value for end, value in ends.items() if value is not None}
    odds: dict[str, object] = {f"ideal_{place}": math.log(rule.odds)}
    return odds | {f"ideal_{place}_{name}": value for name, value in given.items()}


def _read_numbers(values: Sequence[str | bool | float]) -> list[float]:
    """A number in the settings means the same whether the org's field spells it 1 or 1.0."""
    return [
        float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)
    ]
