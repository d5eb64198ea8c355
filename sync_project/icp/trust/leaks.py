"""Signals that know the outcome: what is too good to be true, and which signal it comes from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from sync_project.icp.evaluation import TimedEvaluation
from sync_project.icp.scorecard import Scorecard

if TYPE_CHECKING:
    from sync_project.icp.bins import Numbers


def measure_signals(origins: Sequence[TimedEvaluation], values: pd.DataFrame) -> dict[str, float]:
    """How well each signal's points alone rank the tested lessons (AUC), the best first.

    ``values`` are those of all lessons. Only origins of a ``Scorecard`` are looked at.
    """
    parts = [
        each.model.contributions(values.iloc[each.tested])
        for each in origins
        if isinstance(each.model, Scorecard)
    ]
    won: Numbers = np.concatenate([each.won for each in origins])
    together = pd.concat(parts)
    ranked = {str(name): float(roc_auc_score(won, together[name])) for name in together}
    return dict(sorted(ranked.items(), key=lambda item: (-item[1], item[0])))


def name_leaks(auc_by_signal: dict[str, float], *, highest_auc: float) -> list[str]:
    """The signals that alone rank above the bound; where none does, the best one.

    >>> name_leaks({"stage": 0.99, "industry": 0.6}, highest_auc=0.95)
    ['stage']
    >>> name_leaks({"stage": 0.9, "closed": 0.8}, highest_auc=0.95)
    ['stage']
    """
    above = [name for name, auc in auc_by_signal.items() if auc > highest_auc]
    return above or list(auc_by_signal)[:1]
