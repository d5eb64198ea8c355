import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.traffic.dial import FaultDial
from sync_project.sandbox.traffic.faults import read_faults

PATH = "/services/data/v66.0/query"


def dial(*faults, seed=0) -> FaultDial:
    made = FaultDial()
    made.set(read_faults({"seed": seed, "faults": faults}, origin="the test"))
    return made


def struck(made: FaultDial, calls: int, *, method="GET", path=PATH) -> list[int]:
    """The numbers of the calls that were struck."""
    return [number for number in range(1, calls + 1) if made.meet(method, path).faults]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"first": 2}, [1, 2]),
        ({"after": 6}, [7, 8, 9]),
        ({"every": 4}, [4, 8]),
        ({"after": 2, "every": 3, "first": 1}, [5]),
        ({"method": "GET"}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"method": "POST"}, []),
        ({"path": "*/QUERY*"}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"path": "*/sobjects/*"}, []),
    ],
)
def test_a_fault_takes_the_occasions_that_its_selector_names(selector, expected):
    assert struck(dial({"kind": "request_limit"} | selector), 9) == expected


def test_sign_in_is_struck_only_where_the_path_says_so():
    assert struck(dial({"kind": "error_page"}), 3, path="/services/oauth2/token") == []
    assert struck(dial({"kind": "error_page", "path": "*"}), 3, path="/services/oauth2/token") == [1, 2, 3]


@given(seed=st.integers(), rate=st.floats(0.01, 1))
def test_the_same_seed_and_the_same_calls_meet_the_same_faults(seed, rate):
    faults = [
        {"kind": "error_page", "status": 500, "rate": rate},
        {"kind": "drop", "when": "after", "rate": rate},
        {"kind": "latency", "seconds": [0.5, 2], "rate": rate},
    ]
    one, other = dial(*faults, seed=seed), dial(*faults, seed=seed)
    incidents = [one.meet("GET", PATH) for _ in range(30)]
    assert incidents == [other.meet("GET", PATH) for _ in range(30)]
    assert all(each.delay_s == 0 or 0.5 <= each.delay_s <= 2 for each in incidents)


def test_the_rate_is_kept_and_another_seed_takes_other_calls():
    page = {"kind": "error_page", "rate": 0.2}
    one, other = struck(dial(page, seed=1), 2_000), struck(dial(page, seed=2), 2_000)
    assert 330 < len(one) < 470
    assert one != other


def test_setting_the_dial_again_begins_to_count_anew():
    made = dial({"kind": "request_limit", "first": 1})
    assert struck(made, 3) == [1]
    with made.on({"kind": "request_limit", "after": 1}):
        assert struck(made, 3) == [2, 3]
    assert struck(made, 3) == [1]
    made.clear()
    assert struck(made, 3) == []


def test_a_job_takes_as_long_as_the_first_fault_that_strikes_it_says():
    made = dial(
        {"kind": "slow_jobs", "operation": "ingest", "seconds": 5, "first": 1},
        {"kind": "slow_jobs", "after": 2},
    )
    assert [made.job_seconds(each) for each in ("query", "ingest", "ingest", "query")] == [0, 5, 0, None]


@pytest.mark.parametrize(
    ("faults", "mistake"),
    [
        ([{"kind": "flood"}], "faults.0: Input tag 'flood'"),
        ([{"kind": "drop"}], "faults.0.drop.when: Field required"),
        ([{"kind": "error_page", "status": 418}], "faults.0.error_page.status: Input should be 420"),
        ([{"kind": "error_page", "rate": 2}], "faults.0.error_page.rate: Input should be less"),
        ([{"kind": "locked_rows", "ids": []}], "faults.0.locked_rows.ids: Extra inputs"),
        (
            [{"kind": "field_access", "hidden": ["Title"]}],
            "faults.0.field_access.hidden.0: String should match",
        ),
    ],
)
def test_a_mistake_in_the_faults_is_named(faults, mistake):
    with pytest.raises(SandboxError) as caught:
        read_faults({"faults": faults}, origin="the test")
    assert mistake in str(caught.value)
