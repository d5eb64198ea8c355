import duckdb
import pytest

from sync_project.pictures.drawing import Colour
from sync_project.scoring.charts import draw_scores, tell_scores
from sync_project_tests.pictures.read_back import lines, list_marks, list_texts


@pytest.fixture(scope="module")
def made():
    """One person for each score from 0 to 100, and three accounts of the lowest."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA scored")
        connection.execute(
            """CREATE TABLE scored.score AS
            SELECT 'person' AS subject, range AS score,
                CASE WHEN range >= 67 THEN 3 WHEN range > 33 THEN 2 ELSE 1 END AS tier,
                range AS probability_pct, 80 AS confidence_pct
            FROM range(101)
            UNION ALL SELECT 'account', 0, 1, 2, 60 FROM range(3)"""
        )
        yield connection


def test_every_score_is_in_a_bar_of_its_own_level(made):
    told = draw_scores(made)
    heights = {
        colour: [round(float(each["height"])) for each in list_marks(told, "rect", fill=colour)]
        for colour in (Colour.COLD, Colour.WARM, Colour.HOT)
    }
    unit = heights[Colour.WARM][0] / 3
    assert {colour: [round(each / unit) for each in bars] for colour, bars in heights.items()} == {
        Colour.COLD: [3] * 10 + [4] + [3],
        Colour.WARM: [3] * 11,
        Colour.HOT: [3] * 10 + [4],
    }


def test_levels_are_named_with_their_shares(made):
    texts = list_texts(draw_scores(made))
    assert [each for each in texts if each.startswith(("cold", "warm", "hot", "low", "medium", "high"))] == [
        "cold 34 %", "warm 33 %", "hot 34 %", "low 100 %", "medium 0 %", "high 0 %",
    ]  # fmt: skip
    assert "3 accounts and organisations; 50 is usual" in texts


def test_levels_are_counted_in_a_small_table(made):
    assert lines(tell_scores(made))[2:] == [
        "|hot persons|34|34 %|84 %|80 %|",
        "|warm persons|33|33 %|50 %|80 %|",
        "|cold persons|34|34 %|16 %|80 %|",
        "|low accounts|3|100 %|2 %|60 %|",
    ]


def test_where_nobody_is_scored_there_is_nothing_to_see(made):
    made.execute("CREATE OR REPLACE TABLE scored.score AS FROM scored.score LIMIT 0")
    assert (draw_scores(made), tell_scores(made)) == (None, None)
