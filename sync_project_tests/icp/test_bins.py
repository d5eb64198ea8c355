import numpy as np
import pandas as pd
import pytest

from sync_project.icp.bins import describe_span
from sync_project.icp.cutting import count_effects, cut_fields


def cut(values, most_effects=2_000):
    [(bins, codes)] = cut_fields(pd.DataFrame({"Field": values}), most_effects=most_effects)
    return bins, codes.tolist()


def labels(bins):
    return [bin_.label for bin_ in bins.describe()]


def test_text_becomes_levels_the_commonest_first():
    bins, codes = cut(["b", "a", "b", "a", "b"])
    assert labels(bins) == ["Field = b", "Field = a"]
    assert codes == [0, 1, 0, 1, 0]


def test_a_level_seen_once_contributes_nothing():
    bins, codes = cut(["a", "a", "b"])
    assert labels(bins) == ["Field = a"]
    assert codes == [0, 0, bins.size]


def test_truth_values_are_spelt_as_duckdb_spells_them():
    bins, _ = cut([True, True, False, False, None])
    assert labels(bins) == ["Field = false", "Field = true", "Field missing"]


def test_missing_numbers_are_a_bin_of_their_own():
    bins, codes = cut([1.0, np.nan, 1.0, np.nan])
    assert labels(bins) == ["Field known", "Field missing"]
    assert codes == [0, 1, 0, 1]


def test_a_common_number_stands_alone():
    bins, _ = cut([0] * 50 + [10_000] * 50 + [1, 2, 3, 4] + list(range(5, 45)))
    assert "Field 10,000 or more" in labels(bins)
    assert labels(bins)[0] == "Field under 1"


def test_numbers_beyond_the_known_ones_fall_into_the_outermost_bins():
    bins, _ = cut([1, 1, 1, 2, 2, 2, 3, 3, 3])
    assert bins.encode(pd.Series([-np.inf, -5, 1, 2.5, 99, np.inf])).tolist() == [0, 0, 0, 1, 2, 2]


def test_missing_for_the_first_time_contributes_nothing():
    numbers, _ = cut([1, 1, 1, 2, 2, 2])
    levels, _ = cut(["a", "a", "b", "b"])
    assert numbers.encode(pd.Series([np.nan])).tolist() == [numbers.size]
    assert levels.encode(pd.Series([None, "c"])).tolist() == [levels.size, levels.size]


def test_fine_bins_lie_inside_coarse_ones():
    bins, _ = cut(range(400))
    assert [int(group.max()) + 1 for group in bins.groups] == [4, 16, 68]
    assert all((np.diff(group) >= 0).all() for group in bins.groups)


def test_missing_joins_the_coarsest_group():
    bins, _ = cut([*range(400), None])
    assert [group[-1] for group in bins.groups] == [4, -1, -1]


def test_a_trend_rises_with_the_rank_and_leaves_missing_in_the_middle():
    bins, _ = cut([1] * 4 + [2] * 4 + [3] * 4 + [1_000] * 4 + [None])
    assert bins.trend / np.sqrt(12) == pytest.approx([-0.375, -0.125, 0.125, 0.375, 0])
    assert cut([1, 1, 1, 2, 2, 2, 3, 3, 3])[0].trend.tolist() == []


def test_wide_fields_share_the_budget():
    table = pd.DataFrame(
        {f"Number {i}": np.random.default_rng(i).permutation(2_000) for i in range(20)}
        | {"Name": [f"n{i // 2}" for i in range(2_000)], "Small": ["a", "b"] * 1_000}
    )
    cut_table = cut_fields(table, most_effects=500)
    assert sum(count_effects(bins) for bins, _ in cut_table) <= 500
    assert cut_table[-1][0].levels == ("a", "b")


@pytest.mark.parametrize(
    ("lower", "upper", "is_whole", "words"),
    [
        (-np.inf, 50, True, "under 50"),
        (50, 51, True, "50"),
        (50, 200, True, "50 to 199"),
        (1_500_000, np.inf, True, "1,500,000 or more"),
        (0.25, 1, False, "0.25 to under 1"),
        (-np.inf, np.inf, False, "known"),
    ],
)
def test_spans_read_as_people_say_them(lower, upper, is_whole, words):
    assert describe_span(lower, upper, is_whole=is_whole) == words


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pd.to_datetime(["2026-01-01", "2026-01-02"]), "'Field' holds datetime64.*days before the decision"),
        ([["a"], ["b"]], "'Field' holds values that are neither number, text nor truth value"),
        ([10**400, 1], "'Field' should hold numbers and holds object .int too large"),
    ],
)
def test_values_without_bins_are_named(values, message):
    with pytest.raises(ValueError, match=message):
        cut(values)


def test_text_where_numbers_were_learnt_is_named():
    bins, _ = cut([1, 1, 2, 2])
    with pytest.raises(ValueError, match="Field 'Size' should hold numbers and holds str"):
        bins.encode(pd.Series(["many"], name="Size"))


@pytest.mark.parametrize(
    ("values", "spelt"),
    [
        ([1, "1", 2, "2", None], ["Field = 1", "Field = 2", "Field missing"]),
        ([True, 1, "a", True, 1, "a"], ["Field = 1", "Field = a", "Field = true"]),
        ([1, 1.0, "a", 1, 1.0, "a"], ["Field = 1", "Field = 1.0", "Field = a"]),
        (pd.Categorical([1, "1", 1, "1"]), ["Field = 1"]),
    ],
)
def test_mixed_values_are_levels_by_their_spelling_in_any_order(values, spelt):
    column = pd.Series(values, dtype=None if isinstance(values, pd.Categorical) else object)
    for rows in (column, column[::-1]):
        bins, codes = cut(rows)
        assert sorted(labels(bins)) == spelt
        assert bins.encode(rows).tolist() == codes


def test_decimals_and_nullable_integers_are_numbers():
    assert labels(cut(pd.array([1, None, 1], dtype="Int64"))[0]) == ["Field known", "Field missing"]


@pytest.mark.parametrize("dtype", ["str", "string", "object", "category"])
def test_text_of_any_kind_is_encoded_alike(dtype):
    bins, _ = cut(["a", "b", "a", "b", None, None])
    column = pd.Series(["b", None, "c", "a", "nan"], dtype=dtype)
    assert bins.encode(column).tolist() == [1, 2, 3, 0, 3]
