"""On what the scores stand: the ideal profile alone, little data beside it, or what was learnt and proved."""

from dataclasses import dataclass
from enum import StrEnum

from sync_project.icp.features.signals import IDEAL_PROFILE
from sync_project.icp.gate import Verdict
from sync_project.icp.judgement import Judgement
from sync_project.icp.lessons import Lessons
from sync_project.icp.levels import Edges, cut_levels
from sync_project.icp.prior import BelievingScorecard, believe, blend_base_rate, draw_to_usual, read_slope
from sync_project.icp.scorecard import Scorecard
from sync_project.settings.model import Settings

UNPROVED_CONFIDENCE_PCT = 50.0
"""The most that is claimed before the gate could be run: nothing has shown yet that the levels hold."""


class Stage(StrEnum):
    """The rungs of the ladder."""

    ICP_ONLY = "icp_only"
    LITTLE_DATA = "little_data"
    LEARNT = "learnt"


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """What makes scores: the scorecard, and where the levels are cut."""

    model: Scorecard
    edges: Edges


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Where a subject stands."""

    reason: str
    """In words: what scores, how far the ideal profile held, and what the gate said."""
    base_rate: float | None
    """The usual win rate; None without lessons and rules."""
    fitted: Fitted | None = None
    """None where nothing is known, by lessons or by rules."""
    stage: Stage | None = None
    """None where nobody is scored, though something may have been fitted."""

    @property
    def most_confidence_pct(self) -> float:
        """The most confidence that may be claimed."""
        return 100.0 if self.stage is Stage.LEARNT else UNPROVED_CONFIDENCE_PCT


def climb(lessons: Lessons, judgement: Judgement, *, settings: Settings) -> Rung:
    """The rung that the lessons reach.

    The gate decides as soon as it can be run. Before, the ideal profile scores, if there is one: with wins
    alone or losses alone it stays as it is, with both it is bent by them.
    """
    if judgement.verdict is not Verdict.TOO_LITTLE_DATA and lessons.base_rate is not None:
        model = BelievingScorecard().fit(lessons.values, lessons.is_won)
        return Rung(
            stage=Stage.LEARNT if judgement.verdict is Verdict.SIGNAL else None,
            fitted=Fitted(model=model, edges=cut_levels(lessons.base_rate, settings=settings.scoring)),
            base_rate=lessons.base_rate,
            reason=judgement.reason + _tell_slope(model),
        )
    if IDEAL_PROFILE not in lessons.values.columns:
        return Rung(base_rate=lessons.base_rate, reason=judgement.reason)
    return _climb_on_belief(lessons, judgement, settings=settings)


def _climb_on_belief(lessons: Lessons, judgement: Judgement, *, settings: Settings) -> Rung:
    wins, losses = lessons.win_count, lessons.loss_count
    base_rate = blend_base_rate(wins, losses, usual=settings.icp.usual_win_rate)
    edges = cut_levels(base_rate, settings=settings.scoring)
    if not (wins and losses):
        return Rung(
            stage=Stage.ICP_ONLY,
            fitted=Fitted(model=believe(lessons.values, base_rate=base_rate), edges=edges),
            base_rate=base_rate,
            reason="ICP only: the ideal profile of the settings scores by itself, at most "
            f"{UNPROVED_CONFIDENCE_PCT:.0f} % sure. {judgement.reason}",
        )
    model = BelievingScorecard().fit(lessons.values, lessons.is_won)
    draw_to_usual(model, learnt=wins / (wins + losses), base_rate=base_rate)
    return Rung(
        stage=Stage.LITTLE_DATA,
        fitted=Fitted(model=model, edges=edges),
        base_rate=base_rate,
        reason=f"Little data: {wins} wins and {losses} losses bend the ideal profile of the settings, at "
        f"most {UNPROVED_CONFIDENCE_PCT:.0f} % sure.{_tell_slope(model)} {judgement.reason}",
    )


def _tell_slope(model: Scorecard) -> str:
    """How far the outcomes bear the ideal profile out; nothing where there is none."""
    slope = read_slope(model)
    if slope is None:
        return ""
    return (
        f" The ideal profile counts {slope.value:.2f} times what its rules say "
        f"({slope.at_least:.2f} to {slope.at_most:.2f})."
    )
