"""What a caller may ask of a write beside its values: assignment rules, duplicate rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sync_project.sandbox.ids import normalise_id

ACTIVE_RULE = "active"


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """The headers of a request that change how records are saved."""

    assignment_rule: str | None = None
    """An AssignmentRule's id, ACTIVE_RULE, or None for no assignment."""
    allows_duplicates: bool = False
    """Whether alerts of duplicate rules are passed over; blocks never are."""
    shows_duplicates: bool = False
    """Whether a duplicate is answered with all its fields instead of its id."""
    version: str = "66.0"
    """The API version in record URLs."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str], *, version: str) -> Self:
        """As REST reads them: ``Sforce-Auto-Assign`` is TRUE unless the caller says otherwise."""
        auto_assign = headers.get("sforce-auto-assign", "true").strip()
        words = {"true": ACTIVE_RULE, "false": None}
        duplicates = _read_pairs(headers.get("sforce-duplicate-rule-header", ""))
        return cls(
            assignment_rule=words.get(auto_assign.lower(), normalise_id(auto_assign) or auto_assign),
            allows_duplicates=duplicates.get("allowsave") == "true",
            shows_duplicates=duplicates.get("includerecorddetails") == "true",
            version=version,
        )


def _read_pairs(header: str) -> dict[str, str]:
    """``allowSave=true; runAsCurrentUser=true``, names and values in lower case.

    >>> _read_pairs("allowSave=True; includeRecordDetails = false")
    {'allowsave': 'true', 'includerecorddetails': 'false'}
    """
    pairs = (each.partition("=") for each in header.lower().replace(",", ";").split(";") if each.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}
