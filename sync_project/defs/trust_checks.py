"""Asset checks of the scorecards: whether they may be believed.

A model that fails says nothing: ``icp.prediction`` has no row of it, so nothing that it learnt can be pushed,
while import, matching and publishing go on and the run succeeds. The check tells so as an error. The locks
are for the case that predictions which may not be written are there all the same: they stop what comes after.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from sync_project.defs.checks import judge_query
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key
from sync_project.icp.features.signals import Subject
from sync_project.icp.gate import Verdict
from sync_project.icp.ladder import UNPROVED_CONFIDENCE_PCT
from sync_project.icp.trust.sums import broken_sums_query

MOST_PROMISED_PCT = 10
FEWEST_CLAIMS = 100
CONTRIBUTIONS = [f"icp.{subject}_contribution" for subject in Subject]


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a query should not find."""

    table: str
    description: str
    query: str
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.WARN


def _expect_verdict(verdict: Verdict, description: str) -> Expectation:
    return Expectation(
        table="icp.model",
        description=f"{description} Its scores are held back otherwise; the run goes on.",
        query=f"SELECT subject, reason FROM icp.model WHERE verdict = '{verdict}' ORDER BY subject",
        severity=dg.AssetCheckSeverity.ERROR,
    )


_BELIEVED = "subject IN (SELECT subject FROM icp.model WHERE verdict = 'signal')"

EXPECTATIONS = {
    "data_suffice": _expect_verdict(
        Verdict.TOO_LITTLE_DATA, "Every model has wins and losses enough to learn and to be tested."
    ),
    "signal_was_found": _expect_verdict(
        Verdict.NO_SIGNAL, "Every model beats the base rate on outcomes it has not seen."
    ),
    "odds_came_true": _expect_verdict(
        Verdict.MISCALIBRATED, "As many won as every model predicted, within what chance and settings allow."
    ),
    "no_signal_knows_the_outcome": _expect_verdict(
        Verdict.LEAK, "No model is too good to be true, as one whose fields are filled after the win."
    ),
    "levels_are_in_order": Expectation(
        table="icp.level_outcome",
        description="Of the hot more won than of the warm, and of these more than of the cold, as far as "
        "chance lets tell.",
        query=f"""SELECT subject, level, row_count, win_rate FROM icp.level_outcome
        WHERE NOT is_in_order AND {_BELIEVED} ORDER BY subject, tier""",
    ),
    "confidence_keeps_its_word": Expectation(
        table="icp.confidence_outcome",
        description=f"Levels last as often as the confidence claims, or {MOST_PROMISED_PCT} points less; "
        f"told from {FEWEST_CLAIMS} lessons on.",
        query=f"""SELECT subject, row_count, claimed_pct, agreed_pct FROM icp.confidence_outcome
        WHERE at_least IS NULL AND gap_pct > {MOST_PROMISED_PCT} AND row_count >= {FEWEST_CLAIMS}
            AND {_BELIEVED} ORDER BY subject""",
    ),
    "scores_are_steady": Expectation(
        table="icp.score_drift",
        description="Scores are spread as they were a month ago.",
        query="""SELECT subject, reason FROM icp.score_drift
        WHERE verdict = 'drifted' AND measure = 'population' ORDER BY subject""",
    ),
    "newest_odds_came_true": Expectation(
        table="icp.score_drift",
        description="Of the newest outcomes as many were won as predicted.",
        query="""SELECT subject, reason FROM icp.score_drift
        WHERE verdict = 'drifted' AND measure = 'calibration' ORDER BY subject""",
    ),
}


@dg.multi_asset_check(
    name="trust_checks",
    specs=[
        dg.AssetCheckSpec(name, asset=asset_key(each.table), description=each.description)
        for name, each in EXPECTATIONS.items()
    ],
    can_subset=True,
)
def trust_checks(
    context: dg.AssetCheckExecutionContext, surroundings: Surroundings
) -> Iterator[dg.AssetCheckResult]:
    """Whether the scorecards may be believed; in one step, since each looks at a few rows."""
    for key in sorted(context.selected_asset_check_keys):
        expected = EXPECTATIONS[key.name]
        found = judge_query(expected.query, severity=expected.severity, surroundings=surroundings)
        yield found._replace(check_name=key.name, asset_key=key.asset_key)


UNSOUND = f"""SELECT prediction.subject, prediction.model_id, max(model.verdict) AS verdict, count(*) AS found
    FROM icp.prediction AS prediction
    LEFT JOIN icp.model AS model
        ON prediction.subject = model.subject AND prediction.model_id = model.model_id
    WHERE NOT coalesce(
        model.verdict = '{Verdict.SIGNAL}'
        OR (model.verdict = '{Verdict.TOO_LITTLE_DATA}' AND confidence_pct <= {UNPROVED_CONFIDENCE_PCT}),
        FALSE)
    GROUP BY prediction.subject, prediction.model_id ORDER BY ALL"""

LOCKS = {
    "only_sound_models_speak": "Nobody is scored by a model that was found wanting, or that icp.model does "
    f"not know, and with more than {UNPROVED_CONFIDENCE_PCT:g} % confidence only where it was tested.",
    "contributions_sum_to_the_score": "Base plus contributions are the log-odds of every person and account, "
    "to 1e-9, and so are base plus fit and engagement.",
}


@dg.multi_asset_check(
    name="locks",
    specs=[
        dg.AssetCheckSpec(
            name,
            asset=asset_key("icp.prediction"),
            additional_deps=[asset_key(each) for each in ("icp.model", *CONTRIBUTIONS)],
            description=description,
            blocking=True,
        )
        for name, description in LOCKS.items()
    ],
)
def locks(surroundings: Surroundings) -> Iterator[dg.AssetCheckResult]:
    """What stands between predictions and all that comes of them: no score, no plan, no push without it."""
    with surroundings.warehouse.transaction() as connection:
        queries = (UNSOUND, broken_sums_query(connection=connection))
    for name, query in zip(LOCKS, queries, strict=True):
        found = judge_query(query, severity=dg.AssetCheckSeverity.ERROR, surroundings=surroundings)
        yield found._replace(check_name=name, asset_key=asset_key("icp.prediction"))


TRUST_CHECKS = [trust_checks, locks]
