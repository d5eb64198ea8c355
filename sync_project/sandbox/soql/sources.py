"""The tables one SELECT reads: its own, and one join per parent that its field paths go through."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sync_project.sandbox.database import quote
from sync_project.sandbox.schema import Field, SObject
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import (
    ErrorCode,
    QueryError,
    no_such_column,
    no_such_object,
    no_such_relationship,
)
from sync_project.sandbox.soql.sql import Sql, join_sql, quote_text
from sync_project.sandbox.soql.syntax import Path, Query
from sync_project.sandbox.values import format_datetime

MAX_PARENT_LEVELS = 5
POLYMORPHIC_ENTITY = "Name"
"""What Salesforce calls the object behind a reference to several objects."""

_POLYMORPHIC_FIELDS = frozenset(
    {"Alias", "Email", "FirstName", "Id", "IsActive", "LastName", "Name", "Phone"}
    | {"ProfileId", "RecordTypeId", "Title", "Username", "UserRoleId"}
)
_TYPE_FIELD = Field(
    name="Type", type="picklist", label="Type", filterable=True, sortable=True, groupable=True
)
_ARCHIVING_OBJECTS = frozenset({"Task", "Event"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """A field that the query may use, as SQL; compound fields have no SQL and may only be selected."""

    sql: str
    field: Field
    path: tuple[str, ...]
    """From the query's own object, in the schema's spelling: ``("Account", "Name")``."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """An object under its SQL alias; several where a reference leads to objects of several kinds."""

    targets: tuple[tuple[SObject, str], ...]
    path: tuple[str, ...]
    references: tuple[str, ...] = ()
    """The reference fields that lead here from the query's own object."""
    is_polymorphic: bool = False

    @property
    def entity_name(self) -> str:
        """What errors call it."""
        return POLYMORPHIC_ENTITY if self.is_polymorphic else self.targets[0][0].name

    @property
    def id_sql(self) -> str:
        """Its Id; null where the parent does not exist."""
        return _first_present([f'{alias}."Id"' for _, alias in self.targets])

    @property
    def type_sql(self) -> str:
        """The name of the object that the record is; null where it does not exist."""
        cases = (
            f'WHEN {alias}."Id" IS NOT NULL THEN {quote_text(each.name)}' for each, alias in self.targets
        )
        return f"CASE {' '.join(cases)} END"

    def find_column(self, name: str) -> Column | None:
        """The field of that name; None when there is none, or it is hidden."""
        if self.is_polymorphic and name.lower() == "type":
            return Column(sql=self.type_sql, field=_TYPE_FIELD, path=(*self.path, "Type"))
        found = [(field, alias) for each, alias in self.targets if (field := each.find_field(name))]
        if not found or (self.is_polymorphic and found[0][0].name not in _POLYMORPHIC_FIELDS):
            return None
        sql = _first_present([field.sql_of(alias) for field, alias in found if not field.is_compound])
        return Column(sql=sql, field=found[0][0], path=(*self.path, found[0][0].name))

    def narrow(self, object_name: str) -> "Table | None":
        """Only the records of one kind; None where the reference does not lead to that object."""
        for each, alias in self.targets:
            if each.name.lower() == object_name.lower():
                return replace(self, targets=((each, alias),), is_polymorphic=False)
        return None


def _first_present(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"COALESCE({', '.join(expressions)})"


class Source:
    """FROM of one SELECT; grows by a join for each parent that a path is resolved through."""

    def __init__(self, entity: SObject, *, query: Query, context: QueryContext) -> None:
        self.entity = entity
        self.root = Table(targets=((entity, "t0"),), path=())
        self._names: dict[str, tuple[str, ...]] = {entity.name.lower(): ()}
        self._context = context
        self._parents: dict[tuple[str, str], Table] = {}
        self._joins: list[Sql] = []
        if query.alias:
            self._names[query.alias.lower()] = ()
        for parent in query.parents:
            self._names[parent.alias.lower()] = self._expand(parent.path.names)
            probe = Path(names=(parent.alias, "Id"), position=parent.path.position)
            self.tables_along(probe)

    def resolve(self, path: Path, *, start: Table | None = None) -> Column:
        """The field behind a path from the query's object, or a parent; QueryError for an unknown name."""
        table = self.tables_along(path, start=start)[-1]
        column = table.find_column(path.names[-1])
        if column is None:
            raise no_such_column(path.names[-1], entity=table.entity_name, position=path.position)
        return column

    def tables_along(self, path: Path, *, start: Table | None = None) -> list[Table]:
        """The table that the path begins at, then one per relationship in it."""
        relationships = (path.names if start else self._expand(path.names))[:-1]
        if len(relationships) > MAX_PARENT_LEVELS:
            reason = (
                f"SOQL relationships may be at most {MAX_PARENT_LEVELS} levels deep: {'.'.join(path.names)}"
            )
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, path.position)
        tables = [start or self.root]
        for name in relationships:
            tables.append(self.join(tables[-1], name, position=path.position))
        return tables

    @property
    def from_sql(self) -> Sql:
        """What follows FROM."""
        return join_sql([Sql(f"{quote(self.entity.name)} AS t0"), *self._joins], " ")

    def bind(self, first: float, second: float) -> tuple[str, str]:
        """Two constants that the SQL may use as often as it likes: the columns of a table with one row."""
        alias = f"t{len(self._joins) + 1}"
        self._joins.append(Sql(f"CROSS JOIN (VALUES (?, ?)) AS {alias}", (first, second)))
        return f"{alias}.column1", f"{alias}.column2"

    @property
    def visible_sql(self) -> Iterator[str]:
        """Conditions that leave out what this query may not see."""
        unseen_after = self._context.unseen_after
        if unseen_after is not None:
            yield f"t0.{quote(self.entity.stamp_name)} <= {quote_text(format_datetime(unseen_after))}"
        if self._context.sees_deleted:
            return
        if "isdeleted" in self.entity.fields:
            yield 't0."IsDeleted" = 0'
        if self.entity.name in _ARCHIVING_OBJECTS and "isarchived" in self.entity.fields:
            yield 't0."IsArchived" IS NOT 1'

    def is_own_name(self, name: str) -> bool:
        """Whether it is the object's name or alias."""
        return self._names.get(name.lower()) == ()

    def _expand(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """``Account.Name`` FROM Account, or FROM Account a ``a.Name``, is plain Name."""
        if len(names) == 1:
            return names
        return (*self._names.get(names[0].lower(), names[:1]), *names[1:])

    def join(self, child: Table, relationship: str, *, position: int) -> Table:
        """The parents behind a relationship, joined once however often they are mentioned."""
        if child.is_polymorphic:
            raise no_such_relationship(relationship, position=position)
        ((entity, alias),) = child.targets
        reference = entity.find_relationship(relationship)
        targets = self._targets(reference) if reference else []
        if reference is None or not targets:
            raise no_such_relationship(relationship, position=position)
        key = (alias, reference.name)
        if key not in self._parents:
            self._parents[key] = self._add(
                targets,
                child=child,
                reference=reference,
            )
        return self._parents[key]

    def _targets(self, reference: Field) -> list[SObject]:
        found = (self._context.schema.find_object(name) for name in reference.reference_to)
        return [each for each in found if each is not None]

    def _add(self, targets: list[SObject], *, child: Table, reference: Field) -> Table:
        reference_sql = reference.sql_of(child.targets[0][1])
        placed = []
        for each in targets:
            alias = f"t{len(self._joins) + 1}"
            self._joins.append(Sql(self._join_sql(each, alias=alias, reference_sql=reference_sql)))
            placed.append((each, alias))
        return Table(
            targets=tuple(placed),
            path=(*child.path, reference.relationship_name or reference.name),
            references=(*child.references, reference.name),
            is_polymorphic=len(reference.reference_to) > 1,
        )

    def _join_sql(self, target: SObject, *, alias: str, reference_sql: str) -> str:
        hides_deleted = not self._context.sees_deleted and "isdeleted" in target.fields
        visible = f' AND {alias}."IsDeleted" = 0' if hides_deleted else ""
        return f'LEFT JOIN {quote(target.name)} AS {alias} ON {alias}."Id" = {reference_sql}{visible}'


def open_source(query: Query, *, context: QueryContext) -> Source:
    """FROM a top-level object; QueryError when the org has none of that name."""
    name = ".".join(query.source.names)
    entity = context.schema.find_object(name)
    if entity is None:
        raise no_such_object(name, position=query.source.position)
    return Source(entity, query=query, context=context)


def compound_parts(entity: SObject, compound: Field) -> dict[str, str]:
    """The stored fields of an address or location by their key in its JSON: ``city`` for ``BillingCity``."""
    prefix = compound.name.removesuffix("Address")
    names = [
        each.name
        for each in entity.visible_fields
        if each.compound_field_name == compound.name and each.is_stored
    ]
    return {_part_key(name, prefix=prefix): name for name in names}


def _part_key(name: str, *, prefix: str) -> str:
    """What is left of a part's name: ``BillingCity`` is city, ``Site__Latitude__s`` is latitude.

    >>> _part_key("BillingPostalCode", prefix="Billing"), _part_key("Site__Latitude__s", prefix="Site__c")
    ('postalCode', 'latitude')
    """
    left = name.removeprefix(prefix).removesuffix("__s").rsplit("__", 1)[-1]
    return left[:1].lower() + left[1:]
