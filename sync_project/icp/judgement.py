"""What lessons are worth: whether a scorecard fitted on them may be believed, tested in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sync_project.icp.bins import Numbers
from sync_project.icp.evaluation import (
    Evaluation,
    TimedEvaluation,
    evaluate_rolling_origins,
    evaluate_together,
    pool,
)
from sync_project.icp.gate import SignalVerdict, Verdict, judge_origins
from sync_project.icp.lessons import Lessons
from sync_project.icp.prior import BelievingScorecard
from sync_project.icp.trust.leaks import measure_signals, name_leaks
from sync_project.icp.trust.recalibration import measure_recalibration
from sync_project.settings.icp import IcpSettings

LEAST_RANKED = 10
"""Of fewer later wins or losses a sound signal may rank all by chance."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the lessons are worth."""

    verdict: Verdict
    reason: str
    later: Evaluation | None = None
    """The predictions of all rolling origins together; None where it could not be tested."""
    base_log_loss: float | None = None
    """There, of predicting the base rate that was known for everyone."""
    origins: tuple[TimedEvaluation, ...] = field(default=(), repr=False)


def judge_lessons(lessons: Lessons, *, settings: IcpSettings) -> Judgement:
    """Whether the lessons teach anything that holds later; what follows from it is the ladder's to say.

    A leak shows before a signal can be proved: from ``LEAST_RANKED`` later wins and losses on, where a signal
    knows the outcome by itself. All together may rank so few of them that well by chance.
    """
    origins = evaluate_rolling_origins(
        lessons.values, lessons.is_won, lessons.decided_at, make_model=BelievingScorecard
    )
    gate = _judge_gate(origins, lessons, settings=settings)
    is_tested = gate.verdict is not Verdict.TOO_LITTLE_DATA
    later = evaluate_together(origins) if origins else None
    found = None
    if later and (is_tested or min(later.wins, later.rows - later.wins) >= LEAST_RANKED):
        found = _find_leak(origins, lessons, later, is_alone=not is_tested, settings=settings)
    if not (found or is_tested):
        return Judgement(verdict=gate.verdict, reason=gate.reason)
    if gate.verdict is Verdict.SIGNAL:
        found = found or _find_miscalibration(*pool(origins), settings=settings)
    verdict, reason = found or (gate.verdict, gate.reason)
    return Judgement(
        verdict=verdict,
        reason=reason,
        later=later,
        base_log_loss=gate.base_log_loss,
        origins=tuple(origins),
    )


def _judge_gate(
    origins: Sequence[TimedEvaluation], lessons: Lessons, *, settings: IcpSettings
) -> SignalVerdict:
    wins, losses = lessons.win_count, lessons.loss_count
    if wins < settings.minimum_wins or losses < settings.minimum_losses:
        return SignalVerdict(
            verdict=Verdict.TOO_LITTLE_DATA,
            reason=f"Too little data: {wins} wins and {losses} losses, "
            f"{settings.minimum_wins} and {settings.minimum_losses} are needed.",
        )
    return judge_origins(origins, minimum_wins=settings.minimum_wins, minimum_losses=settings.minimum_losses)


def _find_leak(
    origins: Sequence[TimedEvaluation],
    lessons: Lessons,
    later: Evaluation,
    *,
    is_alone: bool,
    settings: IcpSettings,
) -> tuple[Verdict, str] | None:
    """Nobody knows the future that well: such a model was told it, by a field that is filled afterwards.

    With ``is_alone`` one of the signals has to rank that well by itself.
    """
    if later.auc is None or later.auc <= settings.highest_auc:
        return None
    alone = measure_signals(origins, lessons.values)
    if is_alone and max(alone.values(), default=0.0) <= settings.highest_auc:
        return None
    named = ", ".join(
        f"{name} ({alone[name]:.3f} by itself)"
        for name in name_leaks(alone, highest_auc=settings.highest_auc)
    )
    return Verdict.LEAK, (
        f"Leak: the model ranks {later.rows:,} later outcomes with an AUC of {later.auc:.3f}, above "
        f"{settings.highest_auc:g}, as if it had been told them; look at {named}. Take out signals that are "
        "filled in because of the outcome, or raise icp.highest_auc if they are known before it."
    )


def _find_miscalibration(
    probability: Numbers, won: Numbers, *, settings: IcpSettings
) -> tuple[Verdict, str] | None:
    """Odds that are off as a whole put people into the wrong levels.

    Differences that are exaggerated need no bound of their own: twice too large ones gain nothing over the
    base rate, so the gate has stopped them.
    """
    found = measure_recalibration(probability, won)
    if found.odds_error <= settings.largest_odds_error:
        return None
    return Verdict.MISCALIBRATED, (
        f"Miscalibrated: {found.observed:.1%} of {len(won):,} later outcomes were won where "
        f"{found.predicted:.1%} were predicted, odds that are off by a factor of at least "
        f"{found.odds_error:.1f} where {settings.largest_odds_error:g} is allowed. Let icp.training_days "
        "reach back only as far as things were as they are now, or raise icp.largest_odds_error."
    )
