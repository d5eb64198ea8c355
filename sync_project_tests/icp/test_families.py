import numpy as np
import pandas as pd
import pytest

from sync_project.icp.families import find_families
from sync_project_tests.icp.public_data import ibm_sales, x_education

RANDOM = np.random.default_rng(0)
ROWS = 400
EMPLOYEES = np.round(np.exp(RANDOM.normal(4, 1.5, ROWS)))
COLOUR = RANDOM.choice(["red", "green", "blue", None], ROWS)
TABLE = pd.DataFrame(
    {
        "Employees": EMPLOYEES,
        "Colour": COLOUR,
        "Revenue": EMPLOYEES * np.exp(RANDOM.normal(0, 0.5, ROWS)),
        "Is partner": RANDOM.random(ROWS) < 0.3,
    }
)


def alone(*names):
    return {name: name for name in names}


def test_fields_that_only_go_together_are_no_family():
    assert find_families(TABLE) == alone("Employees", "Colour", "Revenue", "Is partner")


@pytest.mark.parametrize(
    ("twin", "of"),
    [
        (TABLE["Colour"].astype("category"), "Colour"),
        (TABLE["Colour"].str.upper(), "Colour"),
        (TABLE["Colour"].eq("red"), "Colour"),
        (TABLE["Colour"].where(TABLE.index >= ROWS // 50, "red"), "Colour"),
        (TABLE["Employees"] * 0.92, "Employees"),
        (-TABLE["Employees"], "Employees"),
        (TABLE["Employees"] * np.exp(RANDOM.normal(0, 0.01, ROWS)), "Employees"),
        (np.digitize(EMPLOYEES, [10, 50, 200, 1_000]).astype(str), "Employees"),
        (TABLE["Is partner"].map({True: "yes", False: None}), "Is partner"),
    ],
    ids=["category", "spelling", "flag", "2 % changed", "unit", "sign", "noise", "bands", "missing is no"],
)
def test_a_twin_joins_the_family_of_the_first(twin, of):
    assert find_families(TABLE.assign(Twin=twin))["Twin"] == of


def test_unlike_fields_do_not_meet_through_a_third():
    parts = pd.DataFrame({"Region": list("aabb") * 25, "Size": list("xyxy") * 25})
    table = parts.assign(Both=parts["Region"] + parts["Size"])
    assert find_families(table) == {"Region": "Region", "Size": "Size", "Both": "Region"}
    assert find_families(table[["Both", "Region", "Size"]]) == {
        "Both": "Both",
        "Region": "Both",
        "Size": "Size",
    }


def test_constant_and_nearly_constant_fields_are_alone():
    rare = np.arange(ROWS) < 2
    table = pd.DataFrame({"Zero": [0] * ROWS, "One": [1] * ROWS, "Rare": rare, "As rare": rare})
    assert find_families(table) == alone("Zero", "One", "Rare", "As rare")


def test_fields_that_are_always_missing_are_alone():
    table = pd.DataFrame({"Empty": [None] * 50, "Empty too": [np.nan] * 50, "Known": range(50)})
    assert find_families(table) == alone("Empty", "Empty too", "Known")


def test_unrelated_fields_of_few_rows_are_not_alike():
    random = np.random.default_rng(3)
    table = pd.DataFrame({f"Number {i}": random.normal(size=60) for i in range(6)})
    assert find_families(table) == alone(*table)


def test_no_rows_and_no_columns_give_no_families():
    assert find_families(TABLE[:0]) == alone(*TABLE)
    assert find_families(pd.DataFrame()) == {}


def test_the_order_of_rows_makes_no_difference():
    table = x_education()[0]
    assert find_families(table) == find_families(table.sample(frac=1, random_state=1))


def test_families_of_public_data():
    families = find_families(x_education()[0]) | find_families(ibm_sales()[0])
    assert {name: first for name, first in families.items() if name != first} == {
        "What matters most to you in choosing a course": "What is your current occupation",
        "Supplies Group": "Supplies Subgroup",
    }
