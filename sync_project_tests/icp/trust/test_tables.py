"""The tables of trust that are ``.sql``."""

import pytest

from sync_project_tests.icp.trust.predicted import build_rows


def outcomes(*counts):
    """For each (probability, rows, wins, further columns) its rows."""
    return [
        {"probability": probability, "is_won": number < wins} | further
        for probability, rows, wins, further in counts
        for number in range(rows)
    ]


def test_predicted_chances_stand_beside_what_happened_in_ten_groups_of_equal_size():
    rows = outcomes(*((step / 10, 10, step, {}) for step in range(10)))
    told = build_rows("icp.calibration", rows, "subject, step, row_count, win_count, predicted, observed")
    assert told == [
        ("person", step + 1, 10, step, pytest.approx(step / 10), pytest.approx(step / 10))
        for step in range(10)
    ]


def test_the_interval_of_a_share_is_wilsons():
    [first, *_] = build_rows(
        "icp.calibration", outcomes((0.1, 10, 3, {})) * 10, "observed_at_least, observed_at_most"
    )
    [none, *_] = build_rows(
        "icp.calibration", outcomes((0.1, 100, 0, {})), "observed_at_least, observed_at_most"
    )
    assert 0 <= first[0] < first[1] <= 1
    assert none == (0, pytest.approx(1.645**2 / 10 / (1 + 1.645**2 / 10)))


def test_tenths_are_ranked_within_their_origin_and_counted_together():
    rows = [
        {"origin_pct": origin, "probability": (20 - rank + shift) / 100, "is_won": rank < wins}
        for origin, shift, wins in ((80, 0, 2), (90, 50, 6))
        for rank in range(20)
    ]
    told = build_rows("icp.lift", rows, "decile, row_count, win_count, win_rate, lift, share_of_wins")
    assert told[:4] == [
        (1, 4, 4, 1.0, 5.0, 0.5),
        (2, 4, 2, 0.5, 2.5, 0.75),
        (3, 4, 2, 0.5, 2.5, 1.0),
        (4, 4, 0, 0.0, 0.0, 1.0),
    ]
    assert [row[2] for row in told[4:]] == [0] * 6


def test_without_a_win_there_is_no_lift():
    told = build_rows("icp.lift", outcomes((0.1, 10, 0, {})), "lift, share_of_wins")
    assert told == [(None, None)] * 10


def test_levels_are_told_in_words_of_their_subject_with_their_share_of_wins():
    rows = outcomes(
        (0.8, 10, 6, {"tier": 3}),
        (0.4, 20, 3, {"tier": 2}),
        (0.1, 10, 1, {"tier": 1}),
        (0.8, 2, 1, {"tier": 3, "subject": "account"}),
    )
    told = build_rows(
        "icp.level_outcome", rows, "subject, level, row_count, win_count, lift, share_of_wins, is_in_order"
    )
    assert told == [
        ("account", "high", 2, 1, 1.0, 1.0, True),
        ("person", "hot", 10, 6, pytest.approx(2.4), 0.6, True),
        ("person", "warm", 20, 3, pytest.approx(0.6), 0.3, True),
        ("person", "cold", 10, 1, pytest.approx(0.4), 0.1, True),
    ]


@pytest.mark.parametrize(("hot_wins", "is_in_order"), [(12, True), (9, True), (2, False)])
def test_a_level_is_out_of_order_only_beyond_chance(hot_wins, is_in_order):
    rows = outcomes((0.8, 20, hot_wins, {"tier": 3}), (0.4, 20, 10, {"tier": 2}))
    assert build_rows("icp.level_outcome", rows, "is_in_order")[0] == (is_in_order,)


def test_confidence_is_held_against_the_level_that_lasted():
    rows = [
        {"confidence_pct": 95.0},
        {"confidence_pct": 91.0, "later_tier": 3},
        {"confidence_pct": 60.0},
        {"confidence_pct": 40.0, "tier": 1},
    ]
    assert build_rows("icp.confidence_outcome", rows) == [
        ("person", 0, 1, 40.0, 0.0, 40.0),
        ("person", 60, 1, 60.0, 100.0, -40.0),
        ("person", 90, 2, 93.0, 50.0, 43.0),
        ("person", None, 4, 71.5, 50.0, 21.5),
    ]


@pytest.mark.parametrize(
    "table", ["icp.calibration", "icp.lift", "icp.level_outcome", "icp.confidence_outcome"]
)
def test_without_predictions_the_tables_are_empty(table):
    assert build_rows(table, []) == []


def test_one_lucky_lesson_of_a_level_puts_no_other_out_of_order():
    rows = outcomes((0.4, 200, 40, {"tier": 2}), (0.1, 3, 1, {"tier": 1}))
    assert build_rows("icp.level_outcome", rows, "is_in_order") == [(True,), (True,)]
