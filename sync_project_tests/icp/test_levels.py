import itertools
import math

import numpy as np
import pytest

from sync_project.icp.levels import Edges, cut_levels
from sync_project.settings.load import load_settings

SCORING = load_settings(None).scoring
ODDS = (0.1, 0.2, 0.25, 0.4, 0.5, 0.75, 0.8, 1.2, 1.25, 4 / 3, 1.5, 1.6, 2, 2.5, 3, 4, 5, 8, 10)


@pytest.mark.parametrize(("product", "tier"), [(2, 3), (0.5, 1)])
def test_rules_whose_odds_multiply_to_an_edge_reach_it_whatever_the_last_digits(product, tier):
    met = [
        each
        for count in (1, 2, 3)
        for each in itertools.combinations_with_replacement(ODDS, count)
        if math.isclose(math.prod(each), product)
    ]

    for base_rate in (0.1, 0.15, 0.2, 0.25, 3 / 11, 0.3):
        edges = cut_levels(base_rate, settings=SCORING)
        sums = np.array([edges.middle + sum(map(math.log, each)) for each in met])
        assert edges.tier(sums).tolist() == [tier] * len(met)


def test_on_an_edge_the_level_and_its_confidence_are_those_farther_from_the_middle():
    edges = Edges(cold=-1.0, middle=0.0, hot=1.0)
    log_odds, spread = np.array([-1.0, -0.5, 1.0]), np.array([0.1, 1e-3, 0.1])

    assert edges.tier(log_odds).tolist() == [1, 2, 3]
    assert edges.chances(log_odds, spread).round(12).tolist() == [[0.5, 0.5, 0], [0, 1, 0], [0, 0.5, 0.5]]
    assert edges.confidence(np.array([-1.0, 1.0]), np.array([0.1, 1e9])).round(9).tolist() == [0.5, 0.5]
