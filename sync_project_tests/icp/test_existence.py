"""When records were there that were deleted at some time: ``icp.existence``."""

from datetime import datetime

import pytest

from sync_project_tests.icp.small_lessons import build, make_tables

MADE, FIRST, SECOND, THIRD = (datetime(2026, 1, day, 9) for day in (1, 10, 20, 30))


def version(valid_from, valid_to=None, **changes):
    return {"Id": "00T", "CreatedDate": MADE, "valid_from": valid_from, "valid_to": valid_to} | changes


@pytest.mark.parametrize(
    ("versions", "spans"),
    [
        pytest.param([version(MADE, FIRST), version(FIRST)], [], id="never deleted"),
        pytest.param([version(MADE, FIRST), version(FIRST, IsDeleted=True)], [(None, FIRST)], id="deleted"),
        pytest.param([version(FIRST, IsDeleted=True)], [(None, FIRST)], id="deleted before we came"),
        pytest.param(
            [version(MADE, FIRST), version(FIRST, SECOND, IsDeleted=True), version(SECOND, IsDeleted=True)],
            [(None, FIRST)],
            id="changed while it was deleted",
        ),
        pytest.param(
            [version(MADE, FIRST), version(FIRST, SECOND, IsDeleted=True), version(SECOND)],
            [(None, FIRST), (SECOND, None)],
            id="restored",
        ),
        pytest.param([version(MADE, FIRST), version(FIRST, SECOND)], [(None, SECOND)], id="left the filter"),
        pytest.param(
            [version(MADE, FIRST), version(FIRST, THIRD, IsDeleted=True)],
            [(None, FIRST)],
            id="deleted, and gone from the recycle bin",
        ),
        pytest.param(
            [version(MADE, MADE, IsDeleted=True), version(MADE)],
            [(None, MADE), (MADE, None)],
            id="restored at once",
        ),
    ],
)
def test_a_record_is_there_until_its_deletion(versions, spans):
    current = [{name: each[name] for name in each if name != "valid_to"} for each in versions]
    made = make_tables(
        raw_task=[row for row, each in zip(current, versions, strict=True) if not each["valid_to"]],
        history_task_past=[
            each | {"IsDeleted": each.get("IsDeleted", False)} for each in versions if each["valid_to"]
        ],
    )
    build(made, "icp.existence")

    assert (
        made.execute(
            "SELECT restored_at, deleted_at FROM icp.existence ORDER BY restored_at NULLS FIRST"
        ).fetchall()
        == spans
    )
