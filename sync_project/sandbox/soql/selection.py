"""The SELECT list of a query for records: what SQLite is asked for, and how records are read from it."""

from collections.abc import Callable, Mapping, Sequence

from sync_project.sandbox.database import quote
from sync_project.sandbox.schema import ChildRelationship
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import (
    ErrorCode,
    QueryError,
    no_such_child_relationship,
    no_such_object,
    unsupported_function,
)
from sync_project.sandbox.soql.functions import function_term
from sync_project.sandbox.soql.records import (
    ChildReader,
    Projection,
    Reader,
    Record,
    RecordLink,
    RecordReader,
    TypeOfReader,
    compound_reader,
    value_reader,
)
from sync_project.sandbox.soql.result import ResultColumn
from sync_project.sandbox.soql.sources import Source, Table, compound_parts
from sync_project.sandbox.soql.syntax import Call, Path, Query, Selected, SelectItem, SubQuery, TypeOf
from sync_project.sandbox.soql.terms import Term, kind_of, term_of

_MAX_FIELDS_LIMIT = 200
AGGREGATES_REFUSED = "Aggregate Relationships not supported in Bulk V2 Query with CSV content type"
_MAX_SUB_QUERIES = 20

LoadChildren = Callable[[list[str]], Mapping[str, Sequence[Record]]]
"""The records of a sub-query by parent id, for a list of parent ids."""
PlanChildren = Callable[
    [Query, ChildRelationship, tuple[int, ...]], tuple[Sequence[ResultColumn], LoadChildren]
]
"""What a sub-query at that place selects, and how it is read."""


class Selection:
    """Takes up the items of the SELECT list one by one."""

    def __init__(
        self,
        query: Query,
        *,
        source: Source,
        context: QueryContext,
        plan_children: PlanChildren,
        path: tuple[int, ...] = (),
    ) -> None:
        self.projection = Projection()
        self.columns: list[ResultColumn] = []
        self.children: list[ChildReader] = []
        self.bulk_refusal: str | None = None
        self._query = query
        self._source = source
        self._context = context
        self._plan_children = plan_children
        self._parents: dict[tuple[str, ...], RecordReader] = {}
        self.record = RecordReader(self._link(source.root))
        for place, item in enumerate(query.select):
            self._add(item, path=(*path, place))

    def _add(self, item: SelectItem, *, path: tuple[int, ...]) -> None:
        match item:
            case SubQuery(query=query):
                self._add_children(query, path=path)
            case TypeOf():
                self._add_type_of(item)
            case Selected(expression=Path() as field, alias=alias):
                if alias is not None:
                    reason = "only aggregate expressions use field aliasing"
                    raise QueryError(ErrorCode.MALFORMED_QUERY, reason, field.position)
                self._add_field(field)
            case Selected(expression=Call(function="FIELDS") as call, alias=None):
                self._add_fields(call)
            case Selected(expression=Call() as call):
                self._add_call(call, alias=item.alias)

    def _add_field(self, path: Path) -> None:
        column = self._source.resolve(path)
        term = term_of(column, position=path.position)
        self._place(column.field.name, self._field_reader(path), path=path, term=term)

    def _add_call(self, call: Call, *, alias: str | None) -> None:
        """A label, format or amount of money goes where its field would; a distance has no field."""
        term = function_term(call, source=self._source)
        key = alias or (term.field.name if term.field else "expr0")
        reader = value_reader(self.projection.add(term.sql), term.kind)
        self._place(key, reader, path=_innermost_path(call), term=term)

    def _field_reader(self, path: Path, *, start: Table | None = None) -> Reader:
        column = self._source.resolve(path, start=start)
        if not column.field.is_compound:
            return value_reader(self.projection.add(column.sql), kind_of(column.field.type))
        self.bulk_refusal = "Selecting compound data not supported in Bulk Query"
        ((entity, alias),) = self._source.tables_along(path, start=start)[-1].targets
        parts = sorted(compound_parts(entity, column.field).items())
        return compound_reader({key: self.projection.add(f"{alias}.{quote(name)}") for key, name in parts})

    def _place(self, key: str, reader: Reader, *, path: Path, term: Term) -> None:
        """Put a value into the record, below its parents."""
        tables = self._source.tables_along(path)
        record = self._descend(self.record, tables, position=path.position)
        if key in record.parts:
            raise _duplicate((*tables[-1].path, key), position=path.position)
        record.parts[key] = reader
        self._add_column(key, tables, term=term)

    def _add_column(self, key: str, tables: Sequence[Table], *, term: Term) -> None:
        self.columns.append(
            ResultColumn(
                keys=(*tables[-1].path, key),
                term=term,
                owner_sql=tables[-1].id_sql,
                references=tables[-1].references,
            )
        )

    def _descend(self, record: RecordReader, tables: Sequence[Table], *, position: int) -> RecordReader:
        """The reader of the last table; each parent appears where the first of its fields does."""
        for table in tables[1:]:
            aliases = tuple(alias for _, alias in table.targets)
            if aliases not in self._parents:
                self._parents[aliases] = RecordReader(self._link(table))
            parent = self._parents[aliases]
            if record.parts.setdefault(table.path[-1], parent) is not parent:
                raise _duplicate(table.path, position=position)
            record = parent
        return record

    def _link(self, table: Table) -> RecordLink:
        return RecordLink(
            id_place=self.projection.add(table.id_sql),
            type_place=self.projection.add(table.type_sql) if table.is_polymorphic else None,
            type_name=table.entity_name,
            version=self._context.version,
        )

    def _add_fields(self, call: Call) -> None:
        """FIELDS(ALL), FIELDS(STANDARD) and FIELDS(CUSTOM); only STANDARD may go without a small LIMIT."""
        match call.arguments:
            case (Path(names=(group,)),) if group.upper() in ("ALL", "STANDARD", "CUSTOM"):
                self._check_fields_limit(group.upper(), call=call)
            case _:
                raise unsupported_function(call)
        for field in self._source.entity.visible_fields:
            if group.upper() in ("ALL", "CUSTOM" if field.custom else "STANDARD"):
                self._add_field(Path(names=(field.name,), position=call.position))

    def _check_fields_limit(self, group: str, *, call: Call) -> None:
        limit = self._query.limit
        if group != "STANDARD" and (limit is None or limit.amount > _MAX_FIELDS_LIMIT):
            reason = f"The SOQL FIELDS function must have a LIMIT of at most {_MAX_FIELDS_LIMIT}"
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, call.position)

    def _add_children(self, query: Query, *, path: tuple[int, ...]) -> None:
        relationship = find_children(query.source, source=self._source, context=self._context)
        if relationship.name in self.record.parts:
            raise _duplicate((relationship.name,), position=query.source.position)
        if len(self.children) == _MAX_SUB_QUERIES:
            reason = f"The number of subqueries exceeds the maximum allowed of {_MAX_SUB_QUERIES}"
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, query.source.position)
        self.bulk_refusal = AGGREGATES_REFUSED
        columns, load = self._plan_children(query, relationship, path)
        self.columns.append(ResultColumn(keys=(relationship.name,), term=None, children=tuple(columns)))
        pages = self._context.family_pages
        reader = ChildReader(self.record.link.id_place, load=load, path=path, pages=pages)
        self.children.append(reader)
        self.record.parts[relationship.name] = reader

    def _add_type_of(self, item: TypeOf) -> None:
        probe = Path(names=(*item.path.names, "Id"), position=item.path.position)
        *above, parent = self._source.tables_along(probe)
        record = self._descend(self.record, above, position=item.path.position)
        if not parent.is_polymorphic:
            reason = f"TYPEOF needs a reference to several objects: {'.'.join(item.path.names)}"
            raise QueryError(ErrorCode.INVALID_FIELD, reason, item.path.position)
        if parent.path[-1] in record.parts:
            raise _duplicate(parent.path, position=item.path.position)
        self.bulk_refusal = "TYPEOF not supported in Bulk Query"
        record.parts[parent.path[-1]] = self._type_of_reader(item, parent)

    def _type_of_reader(self, item: TypeOf, parent: Table) -> TypeOfReader:
        readers = {}
        for branch in item.branches:
            table = parent.narrow(branch.object_name)
            if table is None:
                raise no_such_object(branch.object_name, position=branch.position)
            readers[table.entity_name] = self._parent_reader(table, branch.paths)
        return TypeOfReader(
            self.projection.add(parent.type_sql),
            readers=readers,
            otherwise=self._parent_reader(parent, item.otherwise) if item.otherwise else None,
        )

    def _parent_reader(self, table: Table, paths: Sequence[Path]) -> RecordReader:
        reader = RecordReader(self._link(table))
        for path in paths:
            tables = self._source.tables_along(path, start=table)
            record = self._descend(reader, tables, position=path.position)
            column = self._source.resolve(path, start=table)
            name = column.field.name
            record.parts[name] = self._field_reader(path, start=table)
            if all(each.keys != (*tables[-1].path, name) for each in self.columns):
                self._add_column(name, tables, term=term_of(column, position=path.position))
        return reader


def find_children(path: Path, *, source: Source, context: QueryContext) -> ChildRelationship:
    """``Contacts``, or with the parent's own name or alias ``Account.Contacts``."""
    is_qualified = len(path.names) > 1 and source.is_own_name(path.names[0])
    name = ".".join(path.names[1:] if is_qualified else path.names)
    found = context.schema.find_child(source.entity.name, name)
    if found is None:
        raise no_such_child_relationship(name, position=path.position)
    return found


def _duplicate(keys: Sequence[str], *, position: int) -> QueryError:
    return QueryError(ErrorCode.INVALID_FIELD, f"duplicate field selected: {'.'.join(keys)}", position)


def _innermost_path(call: Call) -> Path:
    inner = call.arguments[0]
    while isinstance(inner, Call):
        inner = inner.arguments[0]
    if isinstance(inner, Path):
        return inner
    raise unsupported_function(call)
