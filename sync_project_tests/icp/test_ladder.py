"""With an ideal profile in the settings: what scores at 0, 1, 19, 20 and more outcomes of each kind."""

import math

import numpy as np
import pytest

from sync_project.icp.features.signals import Subject
from sync_project.icp.gate import Verdict
from sync_project.icp.ladder import Stage
from sync_project.icp.model_rows import name_basis
from sync_project.settings.icp import IdealRule
from sync_project_tests.icp.test_learning import LESSONS, SMALL, learnt, make_people, shuffle_outcomes

RULES = (IdealRule.model_validate({"signal": "industry", "is": ["Toys"], "odds": 4}),)
BELIEVING = SMALL.model_copy(update={"icp": SMALL.icp.model_copy(update={"ideal_profile": RULES})})


def with_profile(rows, *, odds=4.0):
    return rows.assign(ideal_profile=np.where(rows["industry"] == "Toys", math.log(odds), 0.0))


def take(wins, losses, *, lessons=LESSONS):
    """The first lessons of each kind."""
    won, lost = lessons[lessons["is_won"]], lessons[~lessons["is_won"]]
    return with_profile(lessons.loc[[*won.index[:wins], *lost.index[:losses]]].sort_index())


def climbed(lessons):
    """The tables after learning, and the account's row of ``icp.model``."""
    made, _ = learnt(lessons, now=with_profile(make_people(50, seed=3)), settings=BELIEVING)
    [row] = made.execute("FROM icp.model WHERE subject = 'account'").df().to_dict("records")
    return made, row


@pytest.fixture(scope="module")
def proved():
    return climbed(with_profile(LESSONS))


def said(made, subject=Subject.ACCOUNT):
    """Probability and confidence of those who match and of those who do not, the extremes of each."""
    return made.execute(
        """SELECT industry IS NOT DISTINCT FROM 'Toys' AS matches, min(probability), max(probability),
            max(confidence_pct)
        FROM icp.prediction JOIN icp.person_now USING (subject_id)
        WHERE subject = $subject GROUP BY matches ORDER BY matches""",
        {"subject": subject},
    ).fetchall()


@pytest.mark.parametrize(
    ("wins", "losses", "usual", "counted"),
    [
        pytest.param(0, 0, 0.2, "0 wins and 0 losses", id="no outcome"),
        pytest.param(1, 0, 3 / 11, "1 wins and 0 losses", id="one"),
        pytest.param(5, 0, 7 / 15, "5 wins and 0 losses", id="wins only"),
    ],
)
def test_without_wins_and_losses_the_rules_alone_score(wins, losses, usual, counted):
    made, row = climbed(take(wins, losses))

    match = 4 * usual / (1 - usual) / (1 + 4 * usual / (1 - usual))
    assert [(matches, round(low, 9), round(high, 9)) for matches, low, high, _ in said(made)] == [
        (False, round(usual, 9), round(usual, 9)),
        (True, round(match, 9), round(match, 9)),
    ]
    assert max(confidence for *_, confidence in said(made)) == 50
    assert row["basis"] == name_basis(Stage.ICP_ONLY, settings=BELIEVING)
    assert (row["stage"], row["verdict"], round(row["slope"], 9)) == ("icp_only", "too_little_data", 1)
    assert (round(row["slope_at_least"], 3), round(row["slope_at_most"], 3)) == (0.178, 1.822)
    assert row["reason"] == (
        "ICP only: the ideal profile of the settings scores by itself, at most 50 % sure. "
        f"Too little data: {counted}, 20 and 20 are needed."
    )
    assert made.execute(
        "SELECT signal, bin, kind, points, lesson_count FROM icp.points WHERE subject = 'account'"
    ).fetchall() == [("ideal_profile", "Ideal customer profile, per unit", "slope", 1, 0)]


@pytest.mark.parametrize(("wins", "losses"), [(1, 1), (19, 200), (20, 20)], ids=str)
def test_until_the_gate_can_be_run_the_profile_is_bent_by_few_lessons(wins, losses):
    """20 of each suffice to fit and not to test: too few of them come after a training."""
    made, row = climbed(take(wins, losses))

    assert (row["stage"], row["verdict"]) == ("little_data", "too_little_data")
    assert row["reason"].startswith(
        f"Little data: {wins} wins and {losses} losses bend the ideal profile of the settings, at most "
        f"50 % sure. The ideal profile counts {row['slope']:.2f} times what its rules say ("
    )
    assert round(row["base_rate"], 9) == round((wins + 2) / (wins + losses + 10), 9)
    assert row["slope_at_least"] < row["slope"] < row["slope_at_most"]
    assert max(confidence for *_, confidence in said(made)) <= 50
    assert len(said(made)) == 2


def test_a_right_profile_leads_while_there_is_little_data():
    """With one win and one loss, hardly anything else than the profile tells people apart."""
    made, row = climbed(take(1, 1))
    (_, _, others, _), (_, matching, _, _) = said(made)

    assert 0.8 < row["slope"] < 1.2
    assert matching > 2 * others


def test_a_wrong_profile_is_unlearnt():
    """Those of whom it warned win most, and are said to."""
    made, row = climbed(with_profile(LESSONS, odds=0.25))
    (others, warned) = made.execute(
        """SELECT avg(probability) FILTER (industry IS DISTINCT FROM 'Toys'),
            avg(probability) FILTER (industry = 'Toys')
        FROM icp.prediction JOIN icp.person_now USING (subject_id) WHERE subject = 'account'"""
    ).fetchone()

    assert (row["stage"], row["slope"] < 0.9) == ("learnt", True)
    assert warned > 1.5 * others


def test_what_passes_the_gate_is_learnt_and_tells_how_far_the_profile_held(proved):
    made, row = proved

    assert (row["stage"], row["verdict"]) == ("learnt", "signal")
    assert row["reason"].endswith(
        f"The ideal profile counts {row['slope']:.2f} times what its rules say "
        f"({row['slope_at_least']:.2f} to {row['slope_at_most']:.2f})."
    )
    assert max(confidence for *_, confidence in said(made)) > 90
    assert made.execute(
        "SELECT kind, points = $slope FROM icp.points WHERE signal = 'ideal_profile' AND subject = 'account'",
        {"slope": row["slope"]},
    ).fetchall() == [("slope", True)]
    assert made.execute(
        """SELECT person_now.industry IS NOT DISTINCT FROM 'Toys' AS matches, min(said.ideal_profile) > 0,
            max(said.ideal_profile) > 0
        FROM icp.person_contribution AS said JOIN icp.person_now USING (subject_id)
        GROUP BY matches ORDER BY matches"""
    ).fetchall() == [(False, False, False), (True, True, True)]


def test_what_fails_the_gate_scores_nobody_whatever_was_believed():
    made, row = climbed(with_profile(shuffle_outcomes(LESSONS)))

    assert (row["stage"], row["verdict"]) == (None, Verdict.NO_SIGNAL)
    assert made.execute("FROM icp.prediction").fetchall() == []


def test_a_score_is_a_sum_on_every_rung(proved):
    for made, _ in (climbed(take(0, 0)), climbed(take(3, 9)), proved):
        assert made.execute(
            """SELECT count(*), max(abs(prediction.log_odds - model.base_log_odds
                - prediction.fit - prediction.engagement)) < 1e-9
            FROM icp.prediction JOIN icp.model USING (subject)"""
        ).fetchall() == [(100, True)]


def test_levels_stand_on_something_else_once_stage_profile_or_odds_are_other():
    scoring = {"scoring": BELIEVING.scoring.model_copy(update={"hot_odds": 3.0})}
    bases = {
        name_basis(Stage.ICP_ONLY, settings=BELIEVING),
        name_basis(Stage.LEARNT, settings=BELIEVING),
        name_basis(Stage.ICP_ONLY, settings=SMALL),
        name_basis(Stage.ICP_ONLY, settings=BELIEVING.model_copy(update=scoring)),
    }

    assert len(bases) == 4
    assert name_basis(Stage.ICP_ONLY, settings=BELIEVING.model_copy()) in bases


def test_the_profile_is_told_as_a_reason():
    made, _ = climbed(take(0, 0))

    assert (
        made.execute(
            "SELECT label, side, family, when_known FROM icp.signal WHERE signal = 'ideal_profile'"
        ).fetchall()
        == [("Ideal customer profile", "fit", "ideal_profile", "Ideal customer profile: matches")] * 2
    )
