"""How many processes run the tests."""

import pytest

ALONE = frozenset({"benchmark", "clients", "exhaustive"})
"""Marks of what prints figures, or needs the machine to itself."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """This process alone for what is asked for by such a mark, or by name; otherwise one for each core."""
    is_whole_suite = list(config.args) == config.getini("testpaths")
    return None if is_whole_suite and config.option.markexpr not in ALONE else 0
