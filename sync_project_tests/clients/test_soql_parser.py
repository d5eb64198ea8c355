"""The org's verdict on a query's grammar beside that of ``@jetstreamapp/soql-parser-js``.

The org takes a query for malformed where it says MALFORMED_QUERY. Where both differ, the reason is
written down here.
"""

import json
import re
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.soql.errors import SoqlError
from sync_project_tests.sandbox.soql.soql_org import ask, build_org
from sync_project_tests.sandbox.soql.soql_queries import INVALID, VALID
from sync_project_tests.sandbox.soql.soql_strategy import QUERIES, broken_queries

PARSER = "@jetstreamapp/soql-parser-js@6.3.1"
ORG = build_org()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Queries on which the parser errs, or knows less than the org."""

    pattern: str
    is_valid: bool
    """The org's verdict."""
    reason: str

    def explains(self, soql: str, *, is_valid: bool) -> bool:
        found = re.search(self.pattern, soql, re.IGNORECASE | re.DOTALL)
        return is_valid is self.is_valid and found is not None


DIFFERENCES = (
    Difference(
        pattern=r"\bWHERE\b(?!.*\b(ORDER BY|LIMIT)\b[^)]*$).*\bOFFSET\b",
        is_valid=True,
        reason="the parser takes OFFSET after WHERE only behind ORDER BY or LIMIT",
    ),
    Difference(pattern=r"\bALL ROWS\b", is_valid=True, reason="the parser does not know ALL ROWS"),
    Difference(
        pattern=r"UPDATE TRACKING, VIEWSTAT", is_valid=True, reason="the parser takes one of the two words"
    ),
    Difference(
        pattern=r"FROM \w+ \w+, \w+\.\w+ \w+", is_valid=True, reason="the parser does not know the old joins"
    ),
    Difference(
        pattern=r"(ROLLUP|CUBE)\([^)]*\(", is_valid=True, reason="the parser rolls up only fields, no dates"
    ),
    Difference(
        pattern=r"[ (]0\d", is_valid=True, reason="the parser takes no number that begins with a zero"
    ),
    Difference(pattern=r"\. FROM", is_valid=False, reason="the parser recovers from a trailing dot"),
    Difference(
        pattern=r"(IN|INCLUDES) '", is_valid=False, reason="the parser takes one value without parentheses"
    ),
    Difference(
        pattern=r"'a' Industry|WHERE AND",
        is_valid=False,
        reason="the parser does not miss AND between conditions, nor a condition before it",
    ),
    Difference(
        pattern=r"AND Name = 'b' OR",
        is_valid=False,
        reason="Salesforce wants parentheses where AND and OR meet; the parser does not",
    ),
    Difference(
        pattern=r"IN \(SELECT",
        is_valid=False,
        reason="Salesforce takes semi-joins only at the top level; the parser anywhere",
    ),
    Difference(pattern=r"OFFSET$", is_valid=False, reason="the parser takes OFFSET without a number"),
    Difference(pattern=r"ALL$", is_valid=False, reason="the parser takes the word for an alias"),
)


def is_well_formed(soql: str) -> bool:
    try:
        ask(soql, connection=ORG)
    except SoqlError as error:
        return error.code != "MALFORMED_QUERY"
    return True


def is_answered(soql: str) -> bool:
    try:
        ask(soql, connection=ORG)
    except SoqlError:
        return False
    return True


def draw(queries: st.SearchStrategy[str], count: int) -> list[str]:
    """As many different queries, the same each time: one run of node judges them all."""
    drawn = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(queries)
    def collect(soql: str) -> None:
        drawn.append(soql)

    collect()
    return list(dict.fromkeys(drawn))


@pytest.fixture
def judge(install_npm, run_node, tmp_path):
    """The parser's verdicts."""

    def verdicts(queries: list[str]) -> list[bool]:
        file = tmp_path / "queries.json"
        file.write_text(json.dumps(queries), encoding="utf-8")
        return run_node(install_npm(PARSER), "soql_verdicts.cjs", str(file))

    return verdicts


def unexplained(queries: list[str], verdicts: list[bool]) -> list[str]:
    assert len(queries) == len(verdicts) > 0
    return [
        soql
        for soql, verdict in zip(queries, verdicts, strict=True)
        if is_well_formed(soql) is not verdict
        and not any(each.explains(soql, is_valid=not verdict) for each in DIFFERENCES)
    ]


def test_the_org_and_the_parser_agree_on_written_queries(judge):
    queries = [*VALID, *INVALID]

    assert unexplained(queries, judge(queries)) == []


def test_the_org_and_the_parser_agree_on_queries_of_the_grammar(judge):
    queries = draw(QUERIES, 1_000)

    assert unexplained(queries, judge(queries)) == []


def test_what_the_parser_refuses_of_broken_queries_the_org_does_not_answer(judge):
    queries = draw(broken_queries(), 1_500)

    answered = [
        soql for soql, verdict in zip(queries, judge(queries), strict=True) if is_answered(soql) > verdict
    ]
    assert [
        soql for soql in answered if not any(each.explains(soql, is_valid=True) for each in DIFFERENCES)
    ] == []


def test_each_difference_is_met(judge):
    """A reason that explains nothing any more is to be taken away."""
    queries = [*VALID, *INVALID, *draw(QUERIES, 1_000), *draw(broken_queries(), 1_500)]
    differing = [
        (soql, not verdict)
        for soql, verdict in zip(queries, judge(queries), strict=True)
        if is_well_formed(soql) is not verdict
    ]

    idle = [
        each.reason for each in DIFFERENCES if not any(each.explains(q, is_valid=v) for q, v in differing)
    ]
    assert idle == []
