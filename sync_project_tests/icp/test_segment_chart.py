import duckdb

from sync_project.icp.segment_chart import draw_segments
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.pictures.read_back import list_marks, list_texts


def keep(connection, segments):
    build_table(load_models()["icp.segment"], connection=connection, parameters={})
    for number, (segment, rate, slack) in enumerate(segments):
        connection.execute(
            """INSERT INTO icp.segment BY NAME SELECT 'account' AS subject, 'industry' AS signal,
                $segment AS segment, $rate AS win_rate_pct, $rate - $slack AS win_rate_pct_at_least,
                $rate + $slack AS win_rate_pct_at_most, 20 AS usual_pct, 100 AS lesson_count,
                $number AS win_count""",
            {"segment": segment, "rate": rate, "slack": slack, "number": number},
        )


def test_the_groups_that_win_most_and_least_for_certain_are_shown_best_first():
    groups = [(f"Industry = {number:02}", 10 + number, 2) for number in range(20)]
    with duckdb.connect() as connection:
        keep(connection, [*groups, ("Industry = few lessons", 40, 35)])
        told = draw_segments(connection)
    shown = [each for each in list_texts(told) if each.startswith("Industry")]
    assert shown == [f"Industry = {number:02}" for number in (*range(19, 13, -1), *range(5, -1, -1))]
    assert "19 of 100" in list_texts(told)
    assert len(list_marks(told, "circle")) == 12
    assert len(told) < 15_000


def test_few_groups_are_shown_once_and_long_names_cut():
    with duckdb.connect() as connection:
        keep(
            connection,
            [("Industry = <Mining & Quarrying of Metals and Stones>", 30, 5), ("Industry = Sea", 10, 5)],
        )
        told = draw_segments(connection)
    assert [each for each in list_texts(told) if each.startswith("Industry")] == [
        "Industry = <Mining & Quarrying of Metals and …",
        "Industry = Sea",
    ]


def test_without_segments_there_is_nothing_to_see():
    with duckdb.connect() as connection:
        keep(connection, [])
        assert draw_segments(connection) is None
