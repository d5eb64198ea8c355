import numpy as np
import pytest

from sync_project.icp.cross_table import cross_tabulate, pack_fields

SLOTS = [3, 40, 2, 4]


def fields(rows):
    random = np.random.default_rng(0)
    return [random.integers(0, slots, rows) for slots in SLOTS], random.random(rows)


@pytest.mark.parametrize(("rows", "sizes"), [(500, [2, 3, 4, 40]), (700, [6, 4, 40]), (3_000, [24, 40])])
def test_small_fields_are_counted_together_where_there_are_many_rows(rows, sizes):
    columns, _ = fields(rows)
    assert [pack.size for pack in pack_fields(columns, slots=SLOTS)] == sizes


@pytest.mark.parametrize("rows", [500, 700, 3_000])
def test_the_table_holds_the_weight_of_each_pair_of_slots(rows):
    columns, weight = fields(rows)
    marks = np.hstack([np.eye(slots)[column] for slots, column in zip(SLOTS, columns, strict=True)])
    found = cross_tabulate(pack_fields(columns, slots=SLOTS), weight, size=sum(SLOTS))
    np.testing.assert_allclose(found, marks.T @ (marks * weight[:, None]), atol=1e-9)
    np.testing.assert_array_equal(found, found.T)


def test_no_fields_give_an_empty_table():
    assert cross_tabulate(pack_fields([], slots=[]), np.ones(3), size=0).shape == (0, 0)
