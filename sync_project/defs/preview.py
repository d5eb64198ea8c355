"""What ``sync-project preview`` shows, in lines that a person reads."""

from collections.abc import Iterator, Mapping

from sync_project.defs.terminal import harmless, show_table
from sync_project.ingest.audiences.preview import AudiencePreview
from sync_project.ingest.audiences.reading import describe_audience
from sync_project.salesforce.list_views import read_list_views
from sync_project.salesforce.org import Org
from sync_project.salesforce.reports import read_reports
from sync_project.settings.ingest import AudienceSettings

LEFT = 11
MOST_REPORTS = 200


def show_preview(
    preview: AudiencePreview, audience: AudienceSettings, *, name: str, rows: int, width: int
) -> Iterator[str]:
    """How many records there are, how many are here, what an import costs, and the first rows."""
    records = preview.records
    found = len(records.record_ids)
    known = preview.here_count
    count = f"{found:,}" + (f" in {records.org_count:,} rows" if records.org_count != found else "")
    calls = f"{preview.member_calls + preview.record_calls:,} at the next import"
    facts = {
        "Source": describe_audience(audience, name=name),
        "Asks for": records.ran,
        "Records": count,
        "Cut": "Salesforce shows 2,000 rows of a report, and no column of it led past them"
        if records.is_cut
        else "",
        "Scope": f"{records.scope}: as the integration user sees it" if records.scope else "",
        "Here": f"none, {audience.object} has not come in yet"
        if known is None
        else f"{known:,} of {found:,}",
        "API calls": f"{calls}: {preview.member_calls:,} for the list, {preview.record_calls:,} for records",
    }
    for fact, text in facts.items():
        if text:
            yield f"{fact:<{LEFT}}{harmless(text)}"
    shown = records.first_rows[:rows]
    if shown:
        yield ""
        yield from show_table(records.columns, shown, width=width)
        if len(shown) < records.org_count:
            yield f"({records.org_count - len(shown):,} more rows)"


def show_audiences(audiences: Mapping[str, AudienceSettings], *, width: int) -> Iterator[str]:
    """Those of the settings, and how to see more."""
    if audiences:
        rows = [
            (name, each.object, each.source_kind.replace("_", " "), each.source)
            for name, each in audiences.items()
        ]
        yield from show_table(("Audience", "Object", "Kind", "Source"), rows, width=width)
        yield ""
        yield f"sync-project preview {next(iter(audiences))} shows its first rows; nothing is written."
    else:
        yield "The settings name no audience: add one below ingest.audiences of your settings file."
    yield "sync-project preview --object Contact lists what there is to choose from."


def show_choices(object_name: str, *, org: Org, width: int) -> Iterator[str]:
    """The list views of an object, and the reports that the integration user sees."""
    views = [(each.developer_name, each.label) for each in read_list_views(org, sobject=object_name)]
    reports = [(each.name, each.folder, each.id) for each in read_reports(org, limit=MOST_REPORTS)]
    yield from show_table((f"List view of {object_name}", "Label"), views or [("(none)", "")], width=width)
    yield ""
    header = ("Report, of any object", "Folder", "Id")
    yield from show_table(header, reports or [("(none)", "", "")], width=width)
    if len(reports) == MOST_REPORTS:
        yield "(and perhaps more)"
