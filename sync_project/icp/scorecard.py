"""The one model: a hierarchical Bayesian scorecard whose log-odds are a base plus one contribution per field.

What is here is the estimator, in scikit-learn's conventions. How fields are cut is in ``bins``, how points
are found in ``newton``, how good they are out of time in ``evaluation`` and ``gate``.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from sync_project.icp.bins import Bin, BinKind, Codes, Matrix, Numbers, PairBins, read_numbers
from sync_project.icp.cutting import cut_fields
from sync_project.icp.design import Design, build_design
from sync_project.icp.levels import weigh_own
from sync_project.icp.newton import fit_effects
from sync_project.icp.pairs import MOST_PAIRS, find_pairs
from sync_project.icp.points import tabulate_points

POINT_TYPES: dict[Hashable, Any] = {
    "field": "str",
    "kind": "str",
    "lower": float,
    "upper": float,
    "level": "str",
    "label": "str",
    "points": float,
    "count": int,
    "points_lower": float,
    "points_upper": float,
}

MOST_PRIOR = 20.0
"""Log-odds of one in half a billion; beyond it the likelihood is flat in floating point."""


class Scorecard(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A table of points that learns from few outcomes, explains itself and knows how sure it is.

    Each field's points are centred: a contribution is the difference to the average training row, whose
    log-odds are the base. Unseen levels, values missing for the first time and constant fields contribute
    nothing. The same rows give the same scorecard in any order. ``max_columns`` bounds the effects of all
    fields together, save that every field keeps two bins; credible intervals hold ``interval``. At most
    ``pairs`` pairs of fields that say more together than each by itself get points of their own.

    >>> people = pd.DataFrame({"Industry": ["Software", "Retail"] * 20, "Country": "NL"})
    >>> card = Scorecard().fit(people, [1, 1, 1, 0] * 10)
    >>> card.points()[["label", "count"]].to_dict("list")
    {'label': ['Industry = Retail', 'Industry = Software'], 'count': [20, 20]}
    """

    def __init__(self, *, max_columns: int = 2_000, interval: float = 0.9, pairs: int = 0) -> None:
        self.max_columns = max_columns
        self.interval = interval
        self.pairs = pairs

    def fit(self, X: pd.DataFrame, y: ArrayLike, prior: str | None = None) -> Self:
        """Learn the points; ``y`` is 1 or True for a win.

        ``prior`` names the column of ``X`` that holds the ICP's own log-odds (0 or missing: average). It is
        believed with a slope of 1, give or take 0.5, until the data say otherwise.
        """
        _check_fields(X, prior=prior)
        _check_parameters(interval=self.interval, max_columns=self.max_columns, pairs=self.pairs)
        won = _read_outcomes(y, rows=len(X))
        self.feature_names_in_ = X.columns.to_numpy(dtype=object)
        self.n_features_in_ = len(X.columns)
        self.classes_ = np.array([0, 1])
        self.prior_ = prior
        explained = X.drop(columns=[] if prior is None else prior)
        cut = [
            (bins, codes)
            for bins, codes in cut_fields(explained, most_effects=self.max_columns)
            if bins.size > 1
        ]
        self.fields_ = [bins for bins, _ in cut]
        self.pairs_: list[PairBins] = []
        self.rows_ = len(X)
        columns = [codes for _, codes in cut]
        offset = self._read_prior(X)
        # BLAS and LAPACK split their sums by the number of threads, so one thread it is: the same bits on any
        # machine size.
        with threadpool_limits(limits=1, user_api="blas"):
            design = self._learn(columns, offset=offset, won=won)
            if self.pairs:
                self.pairs_ = find_pairs(
                    self.fields_, design, self.points_, most=self.pairs, columns=self.feature_names_in_
                )
            if self.pairs_:
                cells = [pair.combine(columns) for pair in self.pairs_]
                self._learn([*columns, *cells], offset=offset, won=won)
        return self

    def _learn(self, columns: Sequence[Codes], *, offset: Numbers, won: Numbers) -> Design:
        design = build_design([*self.fields_, *self.pairs_], columns, offset=offset, y=won)
        posterior = fit_effects(design)
        self.points_ = tabulate_points(design, posterior)
        self.base_log_odds_ = self.points_.base
        self.n_iter_ = posterior.steps
        return design

    def decision_function(self, X: pd.DataFrame) -> Numbers:
        """Log-odds of winning for each row."""
        self._check_columns(X)
        return self._add(self._encode(X), offset=self._read_prior(X))

    def predict_proba(self, X: pd.DataFrame) -> Matrix:
        """Probability of losing and of winning, one row each."""
        won = expit(self.decision_function(X))
        return np.column_stack([1 - won, won])

    def predict(self, X: pd.DataFrame) -> Codes:
        """1 where winning is likelier than losing."""
        return (self.decision_function(X) > 0).astype(np.intp)

    def contributions(self, X: pd.DataFrame) -> pd.DataFrame:
        """What each field adds to ``base_log_odds_``, one column per field of the fit, in its order.

        Every pair follows in a column of its own, named by both fields.
        """
        self._check_columns(X)
        terms = [*self.fields_, *self.pairs_]
        found = {
            bins.field: points[codes]
            for bins, codes, points in zip(terms, self._encode(X), self.points_.per_field, strict=True)
        }
        if self.prior_ is not None:
            found[self.prior_] = self.points_.slope * self._read_prior(X)
        nothing = np.zeros(len(X))
        names = [*self.feature_names_in_, *(pair.field for pair in self.pairs_)]
        return pd.DataFrame({name: found.get(name, nothing) for name in names}, index=X.index)

    def confidence(self, X: pd.DataFrame, edges: Sequence[float]) -> Numbers:
        """Posterior probability that each row belongs in the level it is shown in.

        ``edges`` cut the log-odds into levels, ascending; a row on the lowest is in the level below it, on
        any other in the one above.
        """
        if not (np.diff([-np.inf, *edges, np.inf]) > 0).all():
            raise ValueError(f"The edges of the levels are {list(edges)}: give them in ascending order.")
        return weigh_own(edges, *self.locate(X))

    def locate(self, X: pd.DataFrame) -> tuple[Numbers, Numbers]:
        """Log-odds of winning for each row, and the standard deviation of what is known of them."""
        self._check_columns(X)
        offset = self._read_prior(X)
        codes = list(self._encode(X))
        variance = self.points_.variance(codes, offset=offset)
        return self._add(codes, offset=offset), np.sqrt(np.maximum(variance, np.finfo(float).tiny))

    def points(self) -> pd.DataFrame:
        """The fitted model as a table: one row per bin or cell of a pair, and the ICP's slope with a prior.

        Columns: field, kind (see ``BinKind``), lower and upper (``lower <= value < upper``, infinite at the
        ends, numbers only), level (text only), label, points (log-odds against the average row; per unit for
        the slope), count (training rows), points_lower and points_upper (credible interval).
        """
        rows = [
            row
            for bins, *columns in zip(
                [*self.fields_, *self.pairs_],
                self.points_.per_field,
                self.points_.rows,
                self.points_.spread,
                strict=True,
            )
            for row in zip(bins.describe(), *(column[: bins.size] for column in columns), strict=True)
        ]
        if self.prior_ is not None:
            slope = Bin(field=self.prior_, kind=BinKind.SLOPE, label=f"{self.prior_}, per unit")
            rows.append((slope, self.points_.slope, self.rows_, self.points_.slope_spread))
        reach = float(ndtri((1 + self.interval) / 2))
        return pd.DataFrame(
            [
                {
                    **asdict(bin_),
                    "points": points,
                    "count": count,
                    "points_lower": points - reach * spread,
                    "points_upper": points + reach * spread,
                }
                for bin_, points, count, spread in rows
            ],
            columns=list(POINT_TYPES),
        ).astype(POINT_TYPES)

    def _encode(self, X: pd.DataFrame) -> Iterator[Codes]:
        """The bin of every row, by field, then by pair."""
        paired = {place for pair in self.pairs_ for place in pair.places}
        kept = dict[int, Codes]()
        for place, bins in enumerate(self.fields_):
            codes = bins.encode(X[bins.field])
            if place in paired:
                kept[place] = codes
            yield codes
        for pair in self.pairs_:
            yield pair.combine(kept)

    def _add(self, codes: Iterable[Codes], *, offset: Numbers) -> Numbers:
        log_odds = self.base_log_odds_ + self.points_.slope * offset
        for column, points in zip(codes, self.points_.per_field, strict=True):
            log_odds += points[column]
        return log_odds

    def _read_prior(self, X: pd.DataFrame) -> Numbers:
        if self.prior_ is None:
            return np.zeros(len(X))
        offset = read_numbers(X[self.prior_])
        offset = np.where(np.isnan(offset), 0.0, offset)
        furthest = np.abs(offset).max(initial=0)
        if furthest > MOST_PRIOR:
            raise ValueError(
                f"The prior {self.prior_!r} reaches {furthest:g} log-odds, more than {MOST_PRIOR:g}: give "
                "log-odds, not points, and bound them."
            )
        return offset

    def _check_columns(self, X: pd.DataFrame) -> None:
        check_is_fitted(self)
        _check_table(X)
        known = set(self.feature_names_in_)
        missing = sorted(map(str, known - set(X.columns)))
        unknown = sorted(map(str, set(X.columns) - known))
        if missing or unknown:
            raise ValueError(
                f"The table lacks the columns {missing} and has the unknown columns {unknown}: "
                "give exactly the columns the scorecard was fitted on, or fit again."
            )


def _check_table(table: object) -> None:
    if not isinstance(table, pd.DataFrame):
        raise ValueError(
            f"The scorecard got a {type(table).__name__}: give a pandas DataFrame with named columns."
        )
    nameless = [name for name in table.columns if not isinstance(name, str)]
    if nameless:
        raise ValueError(f"The columns {nameless} are not named by text: rename them.")
    repeated = sorted(set(table.columns[table.columns.duplicated()]))
    if repeated:
        raise ValueError(f"The columns {repeated} occur more than once: rename or drop the copies.")


def _check_parameters(*, interval: float, max_columns: int, pairs: int) -> None:
    if not 0 < interval < 1:
        raise ValueError(f"The interval is {interval!r}: give a share between 0 and 1, such as 0.9.")
    if max_columns < 1:
        raise ValueError(f"max_columns is {max_columns!r}: give at least 1.")
    if not 0 <= pairs <= MOST_PAIRS:
        raise ValueError(f"pairs is {pairs!r}: give 0 to {MOST_PAIRS}.")


def _check_fields(table: pd.DataFrame, *, prior: str | None) -> None:
    _check_table(table)
    if len(table) == 0:
        raise ValueError("There are no rows to learn from: give at least one win and one loss.")
    if prior is not None and prior not in table.columns:
        raise ValueError(f"The prior {prior!r} is no column of the table: add it, or fit without a prior.")


def _read_outcomes(y: ArrayLike, *, rows: int) -> Numbers:
    """Give the outcomes as 0.0 and 1.0, both of them present, one per row."""
    values = pd.Series(np.asarray(y).ravel())
    strange = values[~values.isin([0, 1])]
    if len(strange):
        raise ValueError(
            f"An outcome is {strange.tolist()[0]!r}: give 1 or True for a win, 0 or False for a loss, and "
            "leave open rows out."
        )
    if len(values) != rows:
        raise ValueError(f"There are {len(values)} outcomes for {rows} rows: give one for each.")
    won = values.to_numpy(dtype=np.float64)
    if won.min() == won.max():
        raise ValueError(
            f"All {rows} outcomes are {won[0]:g}: add rows of the other class, or score by the ICP alone."
        )
    return won
