"""What a run came to, in lines that a person reads."""

from collections.abc import Iterator, Mapping

import duckdb

from sync_project.defs.run import RunResult
from sync_project.defs.surroundings import Surroundings
from sync_project.icp.ladder import Stage
from sync_project.warehouse.connection import fetch_row

LEFT = 11
MOST_SEGMENTS = 3
UNPROVED = {
    Stage.ICP_ONLY: " (ICP only: no outcome has shown yet whether that is right)",
    Stage.LITTLE_DATA: " (little data beside the ideal profile: not proved yet)",
}
"""What scores stand on where the gate could not be run."""


def summarise(result: RunResult, *, surroundings: Surroundings) -> list[str]:
    """Imported, matched, scored, planned, written, rejected, API calls, and where to look.

    One line where the run ended early, because no API call was left.
    """
    if not result.is_complete:
        return ["Ended early; what waits for the rest is as it was, and the next run goes on from here."]
    with surroundings.warehouse.transaction() as connection:
        lines = [
            ("Imported", _imported(result.metadata)),
            *(("Audiences", text) for text in _audiences(connection)),
            ("Matched", _matched(connection)),
            *(("Questions", text) for text in _questions(connection)),
            *(("Ignored", text) for text in _refused(connection)),
            *(("Scored", text) for text in tell_scores(connection)),
            *(("Who wins", text) for text in tell_segments(connection)),
            ("Planned", _planned(connection)),
        ]
    pushed = result.metadata["outbound.activity_log"]
    created, updated = int(str(pushed["created"])), int(str(pushed["updated"]))
    wrote_nothing = " Nothing changed, so nothing was written to the org." if created + updated == 0 else ""
    lines += [
        ("Written", f"{created:,} records created, {updated:,} updated.{wrote_nothing}"),
        ("Rejected", f"{pushed['rejected']:,} records{_where_rejected(pushed)}"),
        ("API calls", f"{pushed['api_calls_of_the_run']:,}, {pushed['api_calls']:,} of them to write"),
        ("DuckDB", f"{surroundings.home.published} (a copy to query while runs go on)"),
        ("UI", "sync-project ui, then http://127.0.0.1:3000"),
    ]
    return [f"{name:<{LEFT}}{text}" for name, text in lines]


def _imported(metadata: Mapping[str, Mapping[str, object]]) -> str:
    objects = [each for each in metadata.values() if "arrived" in each]
    arrived = sum(int(str(each["arrived"])) for each in objects)
    changed = sum(int(str(each["changed"])) for each in objects)
    events = metadata["raw.engagement_event"]["dagster/row_count"]
    return (
        f"{arrived:,} records of {len(objects)} objects, {changed:,} new or changed; {events:,} events in all"
    )


def _audiences(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Nothing where the settings name none."""
    count, members, failed = _numbers(
        connection, "SELECT count(*), coalesce(sum(member_count), 0), count(fault) FROM raw.audience"
    )
    if count:
        faults = f"; {failed:,} could not be read (raw.audience says why)" if failed else ""
        yield f"{count:,} with {members:,} members{faults}"


def _matched(connection: duckdb.DuckDBPyConnection) -> str:
    people, matched, to_merge, certain = _numbers(
        connection,
        """SELECT (SELECT count(*) FROM matched.person), (SELECT count(account_id) FROM matched.affiliation),
            count(*), count(CASE WHEN certainty = 'certain' THEN 1 END)
        FROM matched.to_merge""",
    )
    duplicates = (
        f"; {certain:,} certain and {to_merge - certain:,} suspected duplicates "
        "(matched.to_merge says what to do in Salesforce)"
    )
    return f"{matched:,} of {people:,} people to an account{duplicates if to_merge else ''}"


def _questions(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Nothing where a person has none to answer."""
    (count,) = _numbers(connection, "SELECT count(*) FROM matched.suggestion")
    if count:
        yield f"{count:,} about matches, for a person to answer: sync-project review"


def _refused(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Signals that some model may not use; nothing where there are none."""
    names = connection.execute("SELECT DISTINCT signal FROM icp.refused_signal ORDER BY signal").fetchall()
    if names:
        yield (
            f"{', '.join(name for (name,) in names)}: of no use to learn from, because nobody knows their "
            "values at the time of the deals (icp.refused_signal says why, and the remedy)"
        )


def tell_scores(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Who is scored, on what, and why nobody where nobody is."""
    rows = connection.execute(
        """SELECT model.subject, model.stage, model.reason, count(score.score),
            count(CASE WHEN score.tier = 3 THEN 1 END), count(CASE WHEN score.tier = 1 THEN 1 END)
        FROM icp.model AS model LEFT JOIN scored.score AS score ON model.subject = score.subject
            AND score.subject_id NOT LIKE 'organisation:%'
        GROUP BY model.subject, model.stage, model.reason ORDER BY model.subject DESC"""
    ).fetchall()
    left_out = _count_left_out(connection)
    for subject, stage, reason, scored, top, bottom in rows:
        words = ("hot", "cold") if subject == "person" else ("high", "low")
        plural = "people" if subject == "person" else "accounts"
        yield _add_left_out(
            f"{scored:,} {plural}: {top:,} {words[0]}, {bottom:,} {words[1]}{UNPROVED.get(stage, '')}"
            if scored
            else f"no {plural}: {reason}",
            left_out.get(plural, 0),
        )
    organisations, ready = _numbers(
        connection,
        """SELECT count(propensity_score), count(CASE WHEN is_ready THEN 1 END) FROM scored.organisation""",
    )
    if organisations:
        yield _add_left_out(
            f"{organisations:,} organisations without an account: {ready:,} ready",
            left_out.get("organisations", 0),
        )


def _count_left_out(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Whom the evaluation rules leave without a score: people, accounts, organisations."""
    rows = connection.execute(
        """SELECT CASE WHEN subject = 'person' THEN 'people'
            WHEN subject_id LIKE 'organisation:%' THEN 'organisations' ELSE 'accounts' END, count(*)
        FROM icp.not_evaluated GROUP BY ALL"""
    ).fetchall()
    return dict(rows)


def _add_left_out(text: str, count: int) -> str:
    if not count:
        return text
    return f"{text}{' ' if text.endswith('.') else '; '}{count:,} not evaluated, by scoring.evaluate"


def tell_segments(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The groups that surely win more often than usual, the surest first; nothing where there are none."""
    rows = connection.execute(
        """SELECT subject, string_agg(
                format('{} {:.0f} % ({:.0f} to {:.0f})', segment, win_rate_pct, win_rate_pct_at_least,
                    win_rate_pct_at_most),
                '; ' ORDER BY win_rate_pct_at_least DESC, segment
            ), any_value(usual_pct)
        FROM (
            FROM icp.segment WHERE win_rate_pct_at_least > usual_pct
            QUALIFY row_number() OVER (
                PARTITION BY subject ORDER BY win_rate_pct_at_least DESC, segment
            ) <= $most
        ) GROUP BY subject ORDER BY subject DESC""",
        {"most": MOST_SEGMENTS},
    ).fetchall()
    for subject, told, usual in rows:
        yield f"{'people' if subject == 'person' else 'accounts'}: {told}; usual is {usual:.0f} %"


def _planned(connection: duckdb.DuckDBPyConnection) -> str:
    creates, updates, fields, left_alone = _numbers(
        connection,
        """SELECT count(DISTINCT CASE WHEN decision = 'write' AND operation = 'create' THEN subject_id END),
            count(DISTINCT CASE WHEN decision = 'write' AND operation = 'update' THEN record_id END),
            count(CASE WHEN decision = 'write' THEN 1 END),
            count(CASE WHEN decision = 'left_alone' THEN 1 END)
        FROM outbound.write_plan""",
    )
    return (
        f"{creates:,} records to create, {updates:,} to update, {fields:,} fields; "
        f"{left_alone:,} records left alone (outbound.write_plan says why)"
    )


def _where_rejected(pushed: Mapping[str, object]) -> str:
    return "" if pushed["rejected"] == 0 else " (outbound.activity_log says why, and the remedy)"


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return fetch_row(connection, query) or ()
