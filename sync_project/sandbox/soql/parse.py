"""From the text of a query to its syntax tree; whatever breaks the grammar is a QueryError here."""

import re
from functools import cache
from importlib import resources
from typing import Any, NoReturn, cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from sync_project.sandbox.soql.errors import ErrorCode, QueryError, unexpected_token
from sync_project.sandbox.soql.literals import read_value
from sync_project.sandbox.soql.syntax import (
    Branch,
    Call,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Negation,
    Number,
    Operand,
    Operator,
    Order,
    Parent,
    Path,
    Query,
    Selected,
    SelectItem,
    SemiJoin,
    SubQuery,
    TypeOf,
    Value,
    Word,
)

MAX_QUERY_LENGTH = 100_000
_MAX_COUNT = 2_147_483_647
_Clauses = dict[str, Any]
"""Parts of a Query by their names."""

_TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|\w+|\S", re.DOTALL)


def parse_query(soql: str) -> Query:
    """The syntax tree of one query; QueryError where the text breaks the grammar."""
    if len(soql) > MAX_QUERY_LENGTH:
        raise QueryError(
            ErrorCode.MALFORMED_QUERY, f"SOQL statements cannot be longer than {MAX_QUERY_LENGTH} characters"
        )
    try:
        return cast("Query", _load_parser().parse(soql))
    except UnexpectedInput as error:
        _refuse(error, soql)


def _refuse(error: UnexpectedInput, soql: str) -> NoReturn:
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    found = None if at_end else _TOKEN.search(soql, error.pos_in_stream or 0)
    if found is None:
        raise unexpected_token("<EOF>", position=len(soql)) from None
    if found.group() == ":":
        reason = "Bind variables only allowed in Apex code"
        raise QueryError(ErrorCode.MALFORMED_QUERY, reason, found.start()) from None
    raise unexpected_token(found.group().strip("'"), position=found.start()) from None


@cache
def _load_parser() -> Lark:
    """Loaded at the first query; makes the tree while parsing, so that deep nesting costs no stack."""
    grammar = resources.files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=True, transformer=_TreeBuilder())


def _count(token: Token) -> Number:
    amount = int(token[:11])
    if amount > _MAX_COUNT:
        raise unexpected_token(token, position=_start(token))
    return Number(amount=amount, position=_start(token))


def _start(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Query]):
    """One method per rule of the grammar, under the rule's name."""

    def path(self, *names: Token) -> Path:
        return Path(names=tuple(str(each) for each in names), position=_start(names[0]))

    def constant(self, token: Token) -> Value:
        return read_value(token)

    value = constant

    def call(self, function: Token, *arguments: Operand | Value | None) -> Call:
        given = tuple(each for each in arguments if each is not None)
        return Call(function=function.upper(), arguments=given, position=_start(function))

    def select_list(self, *items: SelectItem) -> tuple[SelectItem, ...]:
        return items

    def selected(self, expression: Operand, alias: Token | None) -> Selected:
        return Selected(expression=expression, alias=self.alias(alias))

    def sub_query(self, query: Query) -> SubQuery:
        return SubQuery(query=query)

    def type_of(self, path: Path, *rest: Branch | tuple[Path, ...] | None) -> TypeOf:
        otherwise = next((each for each in rest if isinstance(each, tuple)), ())
        branches = tuple(each for each in rest if isinstance(each, Branch))
        return TypeOf(path=path, branches=branches, otherwise=otherwise)

    def branch(self, object_name: Token, paths: tuple[Path, ...]) -> Branch:
        return Branch(object_name=str(object_name), position=_start(object_name), paths=paths)

    def paths(self, *paths: Path) -> tuple[Path, ...]:
        return paths

    def alias(self, name: Token | None) -> str | None:
        return None if name is None else str(name)

    def parents(self, *paths_and_aliases: Path | Token) -> tuple[Parent, ...]:
        pairs = zip(paths_and_aliases[::2], paths_and_aliases[1::2], strict=True)
        return tuple(Parent(path=path, alias=str(alias)) for path, alias in pairs if isinstance(path, Path))

    def scope(self, name: Token | None) -> Word | None:
        return None if name is None else Word(text=str(name), position=_start(name))

    security = scope

    def data_category(self, word: Token, *_categories: object) -> Token:
        """Only that it is there."""
        return word

    category = data_category

    def where(self, condition: Condition | None) -> Condition | None:
        return condition

    having = where

    def conjunction(self, *parts: Condition) -> Conjunction:
        return Conjunction(parts=parts)

    def disjunction(self, *parts: Condition) -> Disjunction:
        return Disjunction(parts=parts)

    def negation(self, _token: Token, part: Condition) -> Condition:
        """Every condition is either true or not, so that two negations are none."""
        return part.part if isinstance(part, Negation) else Negation(part=part)

    def comparison(self, left: Operand, operator: Token, value: Value) -> Comparison:
        written = "!=" if operator == "<>" else operator.upper()
        return Comparison(left=left, operator=Operator(written), values=(value,))

    def membership(self, left: Operand, operator: Operator, *values: Value) -> Comparison:
        return Comparison(left=left, operator=operator, values=values)

    def semi_join(self, left: Operand, operator: Operator, query: Query) -> SemiJoin:
        return SemiJoin(left=left, operator=operator, query=query)

    def listing(self, *words: Token) -> Operator:
        return Operator(" ".join(word.upper() for word in words))

    def groups(self, *operands: Operand) -> tuple[Operand, ...]:
        return operands

    def grouping(self, groups: tuple[Operand, ...] | None, having: Condition | None) -> _Clauses:
        return {"groups": groups or (), "having": having}

    def orders(self, *orders: Order) -> tuple[Order, ...]:
        return orders

    def ordering(self, orders: tuple[Order, ...] | None) -> tuple[Order, ...]:
        return orders or ()

    def order(self, expression: Operand, direction: Token | None, nulls: Token | None) -> Order:
        return Order(
            expression=expression,
            is_descending=direction is not None and direction.type == "DESC",
            nulls_last=nulls is not None and nulls.type == "LAST",
        )

    def limit(self, token: Token | None) -> Number | None:
        return None if token is None else _count(token)

    offset = limit

    def purpose(self, word: Token) -> str:
        return word.upper()

    def all_rows(self, word: Token | None) -> bool:
        return word is not None

    def origin(
        self, source: Path, alias: str | None, parents: tuple[Parent, ...], scope: Word | None
    ) -> _Clauses:
        return {"source": source, "alias": alias, "parents": parents, "scope": scope}

    def filters(self, where: Condition | None, security: Word | None) -> _Clauses:
        return {"where": where, "security": security}

    def page(
        self,
        orders: tuple[Order, ...],
        limit: Number | None,
        offset: Number | None,
        purpose: str | None,
        _update: object,
        _lock: object,
        all_rows: bool,
    ) -> _Clauses:
        """FOR UPDATE and UPDATE TRACKING have no effect: no transaction outlives its request."""
        ordered = {"orders": orders, "limit": limit, "offset": offset}
        return ordered | {"purpose": purpose, "all_rows": all_rows}

    def query(self, select: tuple[SelectItem, ...], *clauses: _Clauses) -> Query:
        return Query(select=select, **{name: part for each in clauses for name, part in each.items()})
