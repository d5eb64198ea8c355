"""Whether anything was learnt: the gate between a fitted model and the scores that people see.

A model passes when its predictions of later outcomes cost clearly less than predicting the base rate for
everyone. Nothing is fitted here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from sync_project.icp.bins import Numbers
from sync_project.icp.evaluation import TimedEvaluation, measure_costs

STANDARD_ERRORS = 2.0
"""How many of its bootstrap errors the gain must reach.

A model of noise costs more than the base rate on average, so two errors pass less often than the 2 % of a
fair game: none of 440 draws of 100 to 3,000 rows, half of them tested, with labels shuffled or from a set
without signal; a set with a strong signal passes from 200 rows on.
"""

LEAST_GAIN_SHARE = 0.005
"""A gain below this share of the base rate's log-loss (an AUC of about 0.55) helps nobody."""


class Verdict(StrEnum):
    """What a model is worth; the ladder says who is scored by it."""

    SIGNAL = "signal"
    NO_SIGNAL = "no_signal"
    TOO_LITTLE_DATA = "too_little_data"
    MISCALIBRATED = "miscalibrated"
    """There is a signal, but the probabilities are wrong by more than the settings allow."""
    LEAK = "leak"
    """Too good to be true: a signal knows the outcome."""


@dataclass(frozen=True, kw_only=True)
class SignalVerdict:
    """The verdict with the figures behind it, log-losses in nats per row; ``reason`` is one sentence.

    ``gain`` is ``base_log_loss - log_loss``, ``gain_error`` its bootstrap error; all four are None where
    there was too little to measure.
    """

    verdict: Verdict
    reason: str
    log_loss: float | None = None
    base_log_loss: float | None = None
    gain: float | None = None
    gain_error: float | None = None


def judge_origins(
    origins: Sequence[TimedEvaluation], *, minimum_wins: int, minimum_losses: int
) -> SignalVerdict:
    """Judge the predictions of several origins together, each against the base rate it knew."""
    return judge_signal(
        np.concatenate([np.empty(0), *(origin.probability for origin in origins)]),
        np.concatenate([np.empty(0), *(origin.won for origin in origins)]),
        base_rate=np.repeat(
            [origin.base_rate for origin in origins], [len(origin.won) for origin in origins]
        ),
        minimum_wins=minimum_wins,
        minimum_losses=minimum_losses,
    )


def judge_signal(
    probability: ArrayLike,
    y: ArrayLike,
    *,
    base_rate: ArrayLike,
    minimum_wins: int,
    minimum_losses: int,
) -> SignalVerdict:
    """Judge predictions of outcomes that were decided after the model was fitted.

    ``base_rate`` is the win rate known when it was fitted, one for all rows or one for each; the minima
    count the judged outcomes. The bootstrap error of a mean has a closed form, so no sample is drawn and the
    verdict depends neither on a seed nor on the order of the rows.
    """
    won = np.asarray(y, dtype=np.float64)
    wins = int(won.sum())
    losses = len(won) - wins
    if wins < minimum_wins or losses < minimum_losses:
        return SignalVerdict(
            verdict=Verdict.TOO_LITTLE_DATA,
            reason=f"Too little data: {wins} wins and {losses} losses were decided after the training, "
            f"{minimum_wins} and {minimum_losses} are needed.",
        )
    base_costs = measure_costs(np.broadcast_to(np.asarray(base_rate, dtype=np.float64), won.shape), won)
    gains = np.sort(base_costs - measure_costs(np.asarray(probability, dtype=np.float64), won))
    return _weigh(gains, base_log_loss=float(np.sort(base_costs).mean()))


def _weigh(gains: Numbers, *, base_log_loss: float) -> SignalVerdict:
    """Weigh the mean gain against its error and against what is worth having."""
    gain, gain_error = float(gains.mean()), float(gains.std() / math.sqrt(len(gains)))
    needed = max(STANDARD_ERRORS * gain_error, LEAST_GAIN_SHARE * base_log_loss)
    verdict = Verdict.SIGNAL if gain > needed else Verdict.NO_SIGNAL
    return SignalVerdict(
        verdict=verdict,
        log_loss=base_log_loss - gain,
        base_log_loss=base_log_loss,
        gain=gain,
        gain_error=gain_error,
        reason=f"{'Signal' if verdict is Verdict.SIGNAL else 'No signal'} found: over {len(gains):,} later "
        f"outcomes the model's log-loss is {base_log_loss - gain:.4f} and the base rate's "
        f"{base_log_loss:.4f}, a gain of {gain:.4f} where {needed:.4f} is needed.",
    )
