"""What lessons are worth: whether a scorecard fitted on them may be believed, tested in the order of time."""

from dataclasses import dataclass

from sync_project.icp.evaluation import (
    Evaluation,
    TimedEvaluation,
    evaluate_in_time_order,
    evaluate_rolling_origins,
)
from sync_project.icp.gate import Signal as Verdict
from sync_project.icp.gate import judge_origins
from sync_project.icp.lessons import Lessons
from sync_project.icp.scorecard import Scorecard
from sync_project.settings.icp import IcpSettings


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the lessons are worth."""

    verdict: Verdict
    reason: str
    newest: Evaluation | None = None
    """On the newest fifth, learnt from the older four; None where it could not be tested."""
    base_log_loss: float | None = None
    """There, of predicting the base rate for everyone."""


def judge_lessons(lessons: Lessons, *, settings: IcpSettings) -> Judgement:
    """Whether the lessons teach anything that holds later; learnt scores are published on ``signal`` only."""
    wins, losses = lessons.win_count, lessons.loss_count
    if wins < settings.minimum_wins or losses < settings.minimum_losses:
        return Judgement(
            verdict=Verdict.TOO_LITTLE_DATA,
            reason=f"Too little data: {wins} wins and {losses} losses, "
            f"{settings.minimum_wins} and {settings.minimum_losses} are needed.",
        )
    given = (lessons.values, lessons.is_won, lessons.decided_at)
    verdict = judge_origins(
        evaluate_rolling_origins(*given, make_model=Scorecard),
        minimum_wins=settings.minimum_wins,
        minimum_losses=settings.minimum_losses,
    )
    if verdict.signal is Verdict.TOO_LITTLE_DATA:
        return Judgement(verdict=verdict.signal, reason=verdict.reason)
    newest = _test_on_newest(lessons)
    return Judgement(
        verdict=verdict.signal,
        reason=verdict.reason,
        newest=newest.evaluation if newest else None,
        base_log_loss=newest.base_log_loss if newest else None,
    )


def _test_on_newest(lessons: Lessons) -> TimedEvaluation | None:
    """None where the older four fifths hold no win or no loss, or nothing follows them."""
    try:
        return evaluate_in_time_order(
            lessons.values, lessons.is_won, lessons.decided_at, make_model=Scorecard
        )
    except ValueError:
        return None
