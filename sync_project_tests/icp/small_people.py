"""People whose industry and size decide who wins, and what a scorecard of them comes to."""

import hashlib

import numpy as np
import pandas as pd
from scipy.special import expit

TRUE_POINTS = {"Software": 1.0, "Retail": -1.0, "Banking": 0.0}
FEW = pd.DataFrame({"Industry": ["a", "a", "b", "b"]})


def simulate(rows=600, *, seed=0):
    """Industry moves the odds by +1, 0 or -1, employees by their logarithm; colour is noise."""
    random = np.random.default_rng(seed)
    industry = random.choice(list(TRUE_POINTS), rows)
    employees = np.round(np.exp(random.normal(4, 1, rows)))
    log_odds = pd.Series(industry).map(TRUE_POINTS).to_numpy() + np.log(employees) - 4.5
    people = pd.DataFrame(
        {
            "Industry": industry,
            "Employees": np.where(random.random(rows) < 0.1, np.nan, employees),
            "Colour": random.choice(["red", "green", "blue", None], rows),
            "Is partner": random.random(rows) < 0.3,
        }
    )
    return people, (random.random(rows) < expit(log_odds)).astype(int)


def fingerprint(card):
    return hashlib.sha256(card.points_.covariance.tobytes() + card.points().to_csv().encode()).hexdigest()
