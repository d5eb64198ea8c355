"""Which fields of an object come in: every standard one, and the custom ones that the settings name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sync_project.salesforce.describe import FieldDescription
from sync_project.settings.ingest import Direction
from sync_project.settings.model import Settings

UNREADABLE: Mapping[str, str] = {
    "address": "compound field; its parts are imported",
    "location": "compound field; its parts are imported",
    "base64": "binary data",
    "complexvalue": "structured value that queries cannot return as text",
}
"""By Salesforce's field type."""

OFF = "nothing of the object comes in: its direction is out"

NEVER_LEFT_OUT = frozenset({"id", "isdeleted", "systemmodstamp"})
"""Without them neither changes nor deletions could be told."""


@dataclass(frozen=True, kw_only=True)
class NamedField:
    """A field that settings need."""

    name: str
    """As the first of them spells it."""
    settings: tuple[str, ...] = ()
    """Which they are, such as ``signals.fields.industry``."""


@dataclass(frozen=True, kw_only=True)
class FieldChoice:
    """What the settings say of one object's fields; names in lower case, as Salesforce ignores case."""

    comes_in: bool = True
    """False where the object is described only so that it can be written to."""
    named: Mapping[str, NamedField] = field(default_factory=dict)
    """Fields that some setting needs."""
    left_out: frozenset[str] = frozenset()
    """Fields that shall not come in."""

    def left_out_because(self, described: FieldDescription) -> str | None:
        """Why a field does not come in; None when it does."""
        name = described.name.lower()
        if not self.comes_in:
            return OFF
        if name in self.left_out and name not in NEVER_LEFT_OUT:
            return "left out by the settings"
        if described.type in UNREADABLE:
            return UNREADABLE[described.type]
        if described.is_custom and name not in self.named:
            return "custom field that no signal, mapping or object setting names"
        return None


def choose_fields(settings: Settings) -> Mapping[str, FieldChoice]:
    """The choice for every object of the settings, by API name."""
    named: dict[str, dict[str, NamedField]] = defaultdict(dict)
    for object_name, name, setting in _named_fields(settings):
        known = named[object_name].get(name.lower(), NamedField(name=name))
        named[object_name][name.lower()] = replace(known, settings=(*known.settings, setting))
    return {
        name: FieldChoice(
            comes_in=each.direction is not Direction.OUT,
            named=named[name],
            left_out=frozenset(left_out.lower() for left_out in each.left_out),
        )
        for name, each in settings.ingest.objects.items()
    }


def _named_fields(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Object and field, and each setting that names them."""
    for name, each in settings.ingest.objects.items():
        yield from ((name, field, f"ingest.objects.{name}.fields") for field in each.fields)
        yield from ((name, field, f"ingest.objects.{name}.refresh") for field in each.refresh)
    for signal in settings.signals.fields:
        places = {"Account": signal.account, "Contact": signal.contact, "Lead": signal.lead}
        yield from ((name, field, f"signals.fields.{signal.name}") for name, field in places.items() if field)
    writeback = settings.writeback
    targets = (
        ("Account", writeback.account.fields),
        ("Contact", writeback.contact.fields),
        ("Lead", writeback.lead.fields),
    )
    for name, mappings in targets:
        path = f"writeback.{name.lower()}.fields"
        yield from ((name, mapping.field, f"{path}.{mapping.source}") for mapping in mappings)
    created = ("Contact", "Lead", "Account") if writeback.account.create else ("Contact", "Lead")
    yield from ((name, writeback.external_id_field, "writeback.external_id_field") for name in created)
    if settings.icp.outcome.field is not None:
        yield "Lead", settings.icp.outcome.field, "icp.outcome.field"
