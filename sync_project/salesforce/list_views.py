"""List views: which ones an object has, and the query behind one.

Only described and queried: asking a list view for its results would mark it as looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sync_project.salesforce.errors import ResourceMissingError, SavedQuestionError
from sync_project.salesforce.org import Org
from sync_project.salesforce.record_ids import is_record_id, lengthen_id
from sync_project.salesforce.soql import Query, read_query

MOST_NAMED = 10
"""Names that an error lists to choose from."""


@dataclass(frozen=True, kw_only=True)
class ListView:
    """One list view of an object."""

    id: str
    """18 characters."""
    developer_name: str
    label: str
    sobject: str
    is_soql_compatible: bool
    """Whether it has a query; some of Salesforce's own have none."""


@dataclass(frozen=True, kw_only=True)
class ListViewQuery:
    """What a list view asks the org."""

    query: Query
    columns: tuple[str, ...]
    """Paths of the fields that it shows; the query selects some more."""
    scope: str
    """``mine`` and the like are those of the integration user; empty or ``everything`` otherwise."""


def read_list_views(org: Org, *, sobject: str) -> Iterator[ListView]:
    """The list views of an object that the integration user sees, page by page, by label."""
    path = f"sobjects/{sobject}/listviews"
    version_path = f"/services/data/v{org.api_version}/"
    while path:
        answer = org.call_json("GET", path)
        yield from (_read_list_view(each, sobject=sobject) for each in answer["listviews"])
        path = str(answer["nextRecordsUrl"] or "").removeprefix(version_path)


def find_list_view(org: Org, *, sobject: str, wanted: str) -> ListView:
    """The list view of that id, developer name or label, in this order, whatever the letter case.

    ResourceMissingError names those that there are, SavedQuestionError several of that label.
    """
    views = list(read_list_views(org, sobject=sobject))
    record_id = lengthen_id(wanted) if is_record_id(wanted) else None
    found = (
        [each for each in views if each.id == record_id]
        or [each for each in views if each.developer_name.lower() == wanted.lower()]
        or [each for each in views if each.label.lower() == wanted.lower()]
    )
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.developer_name for each in found)
        raise SavedQuestionError(
            f"{sobject} has {len(found)} list views with the label {wanted!r}. "
            f"Say which one by its developer name: {names}."
        )
    known = _nearest(wanted, [each.developer_name for each in views])
    raise ResourceMissingError(
        f"{sobject} has no list view {wanted!r} that the integration user sees. "
        f"Share it with the user, or name one of: {known}."
    )


def read_list_view_query(org: Org, view: ListView) -> ListViewQuery:
    """The query behind a list view, which may hold ``USING SCOPE`` and ``toLabel()``."""
    if not view.is_soql_compatible:
        raise SavedQuestionError(
            f"The list view {view.label!r} of {view.sobject} has no SOQL query, as Salesforce says. "
            "Choose another list view, or write the condition as a SOQL source."
        )
    answer = org.call_json("GET", f"sobjects/{view.sobject}/listviews/{view.id}/describe")
    return ListViewQuery(
        query=read_query(answer["query"]),
        columns=tuple(each["fieldNameOrPath"] for each in answer["columns"] if not each["hidden"]),
        scope=answer.get("scope") or "",
    )


def _read_list_view(answer: dict[str, Any], *, sobject: str) -> ListView:
    return ListView(
        id=lengthen_id(answer["id"]),
        developer_name=answer["developerName"],
        label=answer["label"],
        sobject=sobject,
        is_soql_compatible=answer["soqlCompatible"],
    )


def _nearest(wanted: str, names: list[str]) -> str:
    """Up to ten names, the most similar first."""
    similar = get_close_matches(wanted, names, n=MOST_NAMED, cutoff=0.5)
    listed = list(dict.fromkeys([*similar, *names]))[:MOST_NAMED]
    return ", ".join(listed) + (f", ... ({len(names)} in all)" if len(names) > MOST_NAMED else "")
