"""``@{account.id}``: what a request inside a composite one takes from the answers before it."""

import re
from collections.abc import Mapping

from sync_project.sandbox.errors import ApiError

_REFERENCE = re.compile(r"@\{([^}]*)\}")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d{1,9})\]")
_FIRST_VERSION_WITH_NULLS = 52.0


class _AbsentError(Exception):
    """An answer holds no such value."""


def fill_in(value: object, answers: Mapping[str, object], *, version: str) -> object:
    """The value with its references replaced; PROCESSING_HALTED where an answer holds no such value.

    A text that is nothing but a reference becomes the value itself, null included.

    >>> fill_in({"AccountId": "@{a.id}", "Name": "for @{q[0].n}"}, {"a": {"id": "001"}, "q": [{"n": 2}]},
    ...     version="66.0")
    {'AccountId': '001', 'Name': 'for 2'}
    """
    if isinstance(value, dict):
        return {name: fill_in(each, answers, version=version) for name, each in value.items()}
    if isinstance(value, list):
        return [fill_in(each, answers, version=version) for each in value]
    if not isinstance(value, str):
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole is not None:
        return _look_up(whole[1], answers, version=version)
    return _REFERENCE.sub(lambda match: str(_look_up(match[1], answers, version=version)), value)


def _look_up(path: str, answers: Mapping[str, object], *, version: str) -> object:
    name = re.split(r"[.\[]", path, maxsplit=1)[0]
    try:
        found = _walk(answers.get(name), path[len(name) :])
        if found is None and float(version) < _FIRST_VERSION_WITH_NULLS:
            raise _AbsentError
    except (_AbsentError, LookupError, TypeError) as error:
        text = f"Invalid reference specified. No value for {path} found in {name}."
        raise ApiError("PROCESSING_HALTED", text) from error
    return found


def _walk(value: object, path: str) -> object:
    end = 0
    for step in _STEP.finditer(path):
        if step.start() != end:
            raise _AbsentError
        end = step.end()
        if isinstance(value, dict) and step[1]:
            value = value[step[1]]
        elif isinstance(value, list) and step[2]:
            value = value[int(step[2])]
        else:
            raise _AbsentError
    if end != len(path) or end == 0:
        raise _AbsentError
    return value
