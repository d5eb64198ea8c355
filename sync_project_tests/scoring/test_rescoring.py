"""Two days with different people and models: each is scored again to the bit, out of a copy."""

from datetime import date, timedelta

import pandas as pd
import pytest

from sync_project.defs.rescored import show_rescored
from sync_project.defs.surroundings import Surroundings
from sync_project.icp.features.signals import Subject
from sync_project.icp.learning import learn
from sync_project.icp.past_signals import keeping_past
from sync_project.scoring.held_levels import log_held_levels
from sync_project.scoring.rescoring import RESCORED, RescoreError, open_past, rescore
from sync_project.warehouse.models import build_table, insert_frame, load_models
from sync_project_tests.icp.small_lessons import make_tables
from sync_project_tests.icp.test_ladder import BELIEVING, take, with_profile
from sync_project_tests.icp.test_learning import NOW, account_columns, make_people

LATER = NOW + timedelta(days=1)
PEOPLE = with_profile(make_people(50, seed=3))
RULES = BELIEVING.scoring.evaluate.model_copy(update={"account": "industry IS DISTINCT FROM 'Coal'"})
PICKY = BELIEVING.model_copy(update={"scoring": BELIEVING.scoring.model_copy(update={"evaluate": RULES})})
PARAMETERS = {"keep_level_pct": 40, "points_to_edge": 17}
EXACT = "subject, subject_id, model_id, score, tier, probability, log_odds, fit, engagement"


def live_a_day(made, lessons, people, *, now, settings=BELIEVING):
    """A run, as far as scoring goes; returns what it scored."""
    for subject, columns in ((Subject.PERSON, list(lessons)), (Subject.ACCOUNT, account_columns(lessons))):
        keep(made, f"icp.{subject}_lesson", lessons[columns])
        with keeping_past(subject, connection=made, now=now):
            keep(made, f"icp.{subject}_now", people[[each for each in columns if each != "is_won"]])
    learn(connection=made, settings=settings, now=now)
    build_table(load_models()["scored.score"], connection=made, parameters=PARAMETERS)
    log_held_levels(made)
    return made.execute(
        f"""SELECT {EXACT} FROM scored.score JOIN icp.prediction USING (subject, subject_id)
        ORDER BY subject, subject_id"""
    ).fetchall()


def keep(made, table, rows):
    made.register("rows", rows)
    made.execute(f"CREATE OR REPLACE TABLE {table} AS FROM rows")
    made.unregister("rows")


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """What both days scored, and the copy that is left of them.

    On the second day one person is gone, one is new, three are changed, and accounts in coal are evaluated.
    """
    made = make_tables()
    made.execute(
        "CREATE SCHEMA scored; CREATE TABLE scored.last_written (subject TEXT, subject_id TEXT, tier INT)"
    )
    insert_frame("staged.account", pd.DataFrame({"account_id": PEOPLE["subject_id"]}), connection=made)
    first = live_a_day(made, take(5, 9), PEOPLE, now=NOW, settings=PICKY)
    others = PEOPLE.drop(index=0)
    others.loc[[1, 2], "industry"] = ["Toys", None]
    others.loc[3, ["employees", "days_since_event"]] = [0.1 + 0.2, None]
    others.loc[4, "subject_id"] = "subject new"
    made.execute("INSERT INTO scored.last_written SELECT subject, subject_id, tier FROM scored.score")
    second = live_a_day(made, take(7, 30), others, now=LATER)
    file = tmp_path_factory.mktemp("days") / "published.duckdb"
    made.execute(f"ATTACH '{file}' AS published")
    made.execute("COPY FROM DATABASE memory TO published")
    made.close()
    return file, {NOW.date(): first, LATER.date(): second}


def again(file, *, as_of=None, model_id=None, query=None):
    with open_past(file) as connection:
        found = rescore(connection, as_of=as_of, model_id=model_id, parameters=PARAMETERS)
        query = query or f"SELECT {EXACT} FROM ({RESCORED}) ORDER BY subject, subject_id"
        return found, connection.execute(query).fetchall()


@pytest.mark.parametrize("day", [NOW.date(), LATER.date()], ids=str)
def test_a_day_is_scored_again_to_the_bit(days, day):
    file, scored = days
    found, rows = again(file, as_of=day)

    assert rows == scored[day]
    assert [(each.subject, each.count, each.moment.date()) for each in found] == [
        (subject, sum(row[0] == subject for row in rows), day) for subject in Subject
    ]
    assert {each.model_id for each in found} == {row[2] for row in rows}


def test_the_two_days_differ(days):
    """Else the tests of this file would prove nothing; nor without levels that stayed."""
    file, scored = days
    held = again(file, query="SELECT DISTINCT trained_at FROM past.scored.held_level")
    assert held[1] == [(LATER.replace(tzinfo=None),)]
    first, second = scored.values()
    assert not {row[1:] for row in first} & {row[1:] for row in second}
    assert ({row[1] for row in first} - {row[1] for row in second}) == {"subject 0000", "subject 0004"}


def test_later_days_go_by_the_last_run(days):
    file, scored = days
    assert again(file, as_of=date(2027, 1, 1))[1] == again(file)[1] == scored[LATER.date()]


def test_another_model_scores_the_signals_of_the_day(days):
    """The second day's model over the first day's people: not what either day said."""
    file, scored = days
    model_id = next(row[2] for row in scored[LATER.date()] if row[0] == "person")

    [found], rows = again(file, as_of=NOW.date(), model_id=model_id)

    assert (found.subject, found.model_id, found.moment.date(), found.trained_at.date()) == (
        Subject.PERSON,
        model_id,
        NOW.date(),
        LATER.date(),
    )
    assert [row[1] for row in rows] == list(PEOPLE["subject_id"])
    unchanged = {"subject 0010", "subject 0020"}
    assert [row for row in rows if row[1] in unchanged] == [
        row for row in scored[LATER.date()] if row[0] == "person" and row[1] in unchanged
    ]


def test_the_score_of_the_last_run_stands_beside(days):
    file, scored = days
    now = {row[:2]: row[3] for row in scored[LATER.date()]}
    _, rows = again(file, as_of=NOW.date(), query=f"SELECT subject, subject_id, score_now FROM ({RESCORED})")
    assert [score for *_, score in rows] == [now.get((subject, each)) for subject, each, _ in rows]
    assert ("person", "subject 0000", None) in rows


def test_only_what_changed_is_kept(days):
    file, _ = days
    with open_past(file) as connection:
        rows = connection.execute(
            """SELECT subject_id, until, signal_values->>'industry', signal_values IS NULL
            FROM past.icp.person_past ORDER BY subject_id"""
        ).fetchall()
    until = LATER.replace(tzinfo=None)
    industries = PEOPLE["industry"].astype(object).where(PEOPLE["industry"].notna(), None)
    assert rows == [
        *((f"subject {number:04}", until, industries[number], False) for number in range(5)),
        ("subject new", until, None, True),
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"as_of": date(2026, 2, 28)}, "No run had kept its models by the end of 2026-02-28"),
        ({"model_id": "person-0"}, "No model is named 'person-0'"),
    ],
)
def test_what_was_not_kept_is_said(days, asked, words):
    with pytest.raises(RescoreError, match=words):
        again(days[0], **asked)


def test_without_a_run_there_is_nothing_to_score(tmp_path):
    with pytest.raises(RescoreError, match="from the next run on"):
        again(tmp_path / "published.duckdb")


def show(file, **asked):
    surroundings = Surroundings(variables={"SYNC_PROJECT_HOME": str(file.parent)}, now=LATER.isoformat())
    given = {"as_of": None, "model_id": None, "rows": 1, "to": None, "width": 90} | asked
    return list(show_rescored(surroundings, **given))


def test_what_is_shown_and_written(days, tmp_path):
    file, scored = days
    to = tmp_path / "scores.csv"
    best = max((row for row in scored[NOW.date()] if row[0] == "person"), key=lambda row: row[6])
    level = {1: "cold", 2: "warm", 3: "hot"}[best[4]]

    lines = show(file, as_of=NOW.date(), to=to)

    assert lines[0] == f"Signals of 2026-03-01 12:00 UTC, model {best[2]} of 2026-03-01 12:00 UTC"
    assert lines[1].startswith("50 people. Little data: 5 wins and 9 losses bend")
    assert lines[2].split() == ["Id", "Score", "Level", "Chance", "Log-odds", "Now"]
    assert lines[4].split()[:7] == [
        *best[1].split(), str(best[3]), level, f"{100 * best[5]:.1f}", "%", f"{best[6]:.4f}"
    ]  # fmt: skip
    assert lines[7].startswith("34 accounts and organisations. Little data:")
    assert lines[-1] == f"All are in {to}."
    assert len(to.read_text(encoding="utf-8").splitlines()) == 1 + 50 + 34


@pytest.mark.parametrize(
    ("to", "words"), [("scores.xlsx", r"\.csv or \.parquet"), ("nowhere/scores.csv", "cannot be written")]
)
def test_a_file_that_cannot_be_written_is_refused(days, tmp_path, to, words):
    with pytest.raises(RescoreError, match=words):
        show(days[0], to=tmp_path / to)
