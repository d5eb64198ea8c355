import numpy as np
import pandas as pd

from sync_project.icp.trust.challenger import Challenger


def people(rows=300):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "industry": rng.choice(["Toys", "Coal", None], rows),
            "employees": pd.array(rng.integers(1, 500, rows), dtype="Int64"),
            "score": np.where(rng.random(rows) < 0.2, np.nan, rng.random(rows)),
            "is_customer": rng.random(rows) < 0.5,
        }
    )
    return table, (rng.random(rows) < np.where(table["industry"] == "Toys", 0.8, 0.1)).astype(int)


def test_it_learns_and_says_the_same_each_time():
    table, won = people()
    first, second = (Challenger().fit(table, won).predict_proba(table)[:, 1] for _ in range(2))
    assert (first == second).all()
    assert first[table["industry"] == "Toys"].mean() > 0.7


def test_unknown_levels_and_values_are_no_error():
    table, won = people()
    strange = pd.DataFrame(
        {"industry": ["Games", None], "employees": pd.array([None, 3], dtype="Int64"), "score": np.nan}
    ).assign(is_customer=True)
    assert np.isfinite(Challenger().fit(table, won).predict_proba(strange)).all()


def test_more_levels_than_the_booster_takes_are_no_error():
    table, won = people()
    many = table.assign(industry=[f"industry {number}" for number in range(len(table))])
    assert np.isfinite(Challenger().fit(many, won).predict_proba(many)).all()


def test_a_signal_that_no_lesson_knows_is_no_error():
    table, won = people()
    unknown = table.assign(score=np.nan, industry=pd.Series([None] * len(table), dtype="str"))
    assert (
        Challenger().fit(unknown, won).predict_proba(unknown)
        == Challenger().fit(unknown, won).predict_proba(table)
    ).all()


def test_it_learns_from_the_newest_lessons_only():
    table, won = people()
    turned = np.concatenate([1 - won[:200], won[200:]])
    newest = Challenger(most_lessons=100).fit(table, turned).predict_proba(table)[:, 1]
    assert newest[table["industry"] == "Toys"].mean() > newest[table["industry"] == "Coal"].mean() + 0.3
