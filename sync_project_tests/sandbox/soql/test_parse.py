import pytest

from sync_project.sandbox.soql.errors import SoqlError
from sync_project_tests.sandbox.soql.soql_org import ask, build_org
from sync_project_tests.sandbox.soql.soql_queries import INVALID, VALID

ORG = build_org()


def code_of(soql: str) -> str | None:
    try:
        ask(soql, connection=ORG)
    except SoqlError as error:
        return error.code
    return None


@pytest.mark.parametrize("soql", VALID)
def test_a_well_formed_query_is_answered_or_refused_for_its_names(soql):
    assert code_of(soql) in (None, "INVALID_FIELD", "INVALID_TYPE")


@pytest.mark.parametrize("soql", INVALID)
def test_a_malformed_query_is_told_so(soql):
    assert code_of(soql) == "MALFORMED_QUERY"
