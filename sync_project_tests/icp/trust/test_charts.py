"""Pictures and small tables of a few predictions."""

import duckdb
import pytest

from sync_project.defs.pictures import TOLD
from sync_project.icp.trust import small_tables
from sync_project.icp.trust.charts import draw_calibration, draw_lift
from sync_project.pictures.drawing import Colour
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.icp.trust.predicted import keep_predictions
from sync_project_tests.pictures.read_back import lines, list_marks, list_texts

OF_PREDICTIONS = ("icp.calibration", "icp.lift", "icp.level_outcome", "icp.confidence_outcome")


def keep(rows):
    made = keep_predictions(rows)
    for table in OF_PREDICTIONS:
        build_table(load_models()[table], connection=made, parameters={})
    return made


@pytest.fixture(scope="module")
def made():
    """In each tenth of ten persons, and of ten accounts, as many win as were predicted."""
    return keep(
        [
            {
                "subject": subject,
                "probability": step / 10,
                "is_won": number < step,
                "tier": 1 + (step > 2) + (step > 6),
                "confidence_pct": 45.0 + 5 * step,
            }
            for subject in ("person", "account")
            for step in range(10)
            for number in range(10)
        ]
    )


def test_where_chances_came_true_the_dots_are_on_the_diagonal(made):
    told = draw_calibration(made)
    dots = list_marks(told, "circle")
    assert len(dots) == 20
    [diagonal, _] = list_marks(told, "path", **{"stroke-dasharray": "5 4"})
    x1, y1, x2, y2 = (float(each) for each in diagonal["d"][1:].replace("L", " ").split())
    for dot in dots[:10]:
        share = (float(dot["cx"]) - x1) / (x2 - x1)
        assert float(dot["cy"]) == pytest.approx(y1 + share * (y2 - y1), abs=0.2)
    assert "Persons: do predicted chances come true?" in list_texts(told)


def test_the_best_tenth_has_the_tallest_bar_and_every_bar_its_multiple(made):
    told = draw_lift(made)
    heights = [float(each["height"]) for each in list_marks(told, "rect", fill=Colour.MAIN)]
    assert heights[:10] == sorted(heights[:10], reverse=True)
    assert heights[0] == pytest.approx(9 * heights[8], abs=0.5)
    texts = list_texts(told)
    assert [each for each in texts if each.endswith("x")][:10] == [
        f"{(9 - step) / 4.5:.1f}x" for step in range(10)
    ]
    assert "100 later outcomes; dashed: 45.0 % of all were won" in texts


def test_the_small_tables_say_it_in_figures(made):
    assert lines(small_tables.tell_calibration(made))[-1] == "|10|90 %|90 %|90 %|90 %|"
    assert lines(small_tables.tell_lift(made))[2] == "|1|90 %|20 %|90 %|20 %|"
    assert lines(small_tables.tell_levels(made))[:3] == [
        "|shown as|outcomes|won|90 % interval|of all wins|",
        "|:-|-:|-:|-:|-:|",
        "|hot persons|30|80.0 %|66 to 89 %|53 %|",
    ]
    assert lines(small_tables.tell_confidence(made))[3:5] == [
        "|50 % and more|20|52 %|0 %|20|52 %|0 %|",
        "|60 % and more|20|62 %|100 %|20|62 %|100 %|",
    ]


@pytest.mark.parametrize("table", OF_PREDICTIONS)
def test_pictures_are_light_and_tables_short_enough_to_be_shown_in_their_place(made, table):
    for name, tell in TOLD[table].items():
        assert len(tell(made)) < (15_000 if name == "picture" else 1_000)


@pytest.mark.parametrize("table", OF_PREDICTIONS)
def test_where_nothing_was_tested_there_is_nothing_to_see(table):
    empty = keep([])
    assert {tell(empty) for tell in TOLD[table].values()} == {None}


def test_one_subject_without_a_win_is_drawn_by_itself():
    told = keep([{"probability": 0.0}] * 10)
    assert len(list_marks(draw_calibration(told), "circle")) == 10
    assert not [each for each in list_texts(draw_lift(told)) if each.endswith("x")]


def test_the_base_rate_ranks_nobody_and_a_note_is_told():
    with duckdb.connect() as connection:
        build_table(load_models()["icp.backtest"], connection=connection, parameters={})
        connection.execute(
            """INSERT INTO icp.backtest BY NAME
            SELECT 'person' AS subject, model, 0.7 AS auc, 0.4 AS log_loss, 0.1 AS brier,
                0.02 AS calibration_error, 2.5 AS top_decile_lift,
                CASE model WHEN 'challenger' THEN 'learnt from the newest only' END AS note
            FROM (VALUES ('base_rate'), ('challenger'), ('scorecard')) AS given (model)"""
        )
        assert lines(small_tables.tell_backtest(connection)) == [
            "|model|AUC|log-loss|Brier|calibration error|lift of the best tenth|",
            "|:-|-:|-:|-:|-:|-:|",
            "|Persons: this model|0.700|0.400|0.100|0.020|2.500|",
            "|Persons: gradient boosting|0.700|0.400|0.100|0.020|2.500|",
            "|Persons: base rate alone||0.400|0.100|0.020||",
            "",
            "Gradient boosting learnt from the newest only.",
        ]
