"""Random SOQL over fields of Account that both the small org and the real schema have.

What it makes keeps the grammar; whether Salesforce would answer it is another matter.
"""

from hypothesis import strategies as st

_TEXTS = ("Name", "BillingCity", "Owner.Name", "Parent.Name", "Account.Name")
_NUMBERS = ("AnnualRevenue", "NumberOfEmployees", "Parent.AnnualRevenue")
_DAYS = ("LastActivityDate",)
_MOMENTS = ("CreatedDate", "Parent.CreatedDate")
_IDS = ("Id", "OwnerId", "ParentId", "Parent.OwnerId")
_FLAGS = ("IsDeleted", "Owner.IsActive")
_PICKLISTS = ("Industry",)
_ADDRESSES = ("BillingAddress",)
_FIELDS = _TEXTS + _NUMBERS + _DAYS + _MOMENTS + _IDS + _FLAGS + _PICKLISTS + _ADDRESSES
_PARTS = (
    *("CALENDAR_YEAR", "CALENDAR_MONTH", "CALENDAR_QUARTER", "FISCAL_YEAR", "FISCAL_QUARTER", "FISCAL_MONTH"),
    *("DAY_IN_WEEK", "DAY_IN_MONTH", "DAY_IN_YEAR", "WEEK_IN_MONTH", "WEEK_IN_YEAR"),
)
_NAMED_PERIODS = (
    *("TODAY", "YESTERDAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS", "THIS_WEEK", "LAST_MONTH"),
    *("NEXT_QUARTER", "THIS_YEAR", "THIS_FISCAL_YEAR", "LAST_FISCAL_QUARTER", "NEXT_FISCAL_YEAR"),
)
_COUNTED_PERIODS = (
    *("LAST_N_DAYS", "NEXT_N_WEEKS", "LAST_N_MONTHS", "NEXT_N_QUARTERS", "LAST_N_YEARS"),
    *("LAST_N_FISCAL_YEARS", "NEXT_N_FISCAL_QUARTERS"),
)

_SPACE = st.sampled_from([" ", "  ", "\n", " \t"])
_EQUALITIES = st.sampled_from(["=", "!=", "<>"])
_RELATIONS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_LISTINGS = st.sampled_from(["IN", "NOT IN", "in", "Not In"])
_STRINGS = (
    st.text(st.characters(codec="utf-8", exclude_characters="'\\\0"), max_size=8)
    | st.sampled_from([r"\'", r"a\\b", r"100\%", r"caf\u00e9", "O''Neill"[:1]])
).map("'{}'".format)
_AMOUNTS = (
    st.integers(-1000, 1000).map(str) | st.decimals(-1000, 1000, places=2).map(str) | st.just("USD5000")
)
_IDENTIFIERS = st.sampled_from(["'001000000000001AAA'", "'001000000000001'", "null"])
_DATES = st.dates().map(lambda day: day.isoformat())
_PERIODS = st.sampled_from(_NAMED_PERIODS) | st.tuples(
    st.sampled_from(_COUNTED_PERIODS), st.integers(1, 400)
).map(lambda pair: f"{pair[0]}:{pair[1]}")
_INSTANTS = st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20))


def _one_of(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def _spaced(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


def _listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3).map(lambda each: f"({', '.join(each)})")


_COMPARISONS = st.one_of(
    _spaced(_one_of(_TEXTS + _PICKLISTS), _RELATIONS, _STRINGS),
    _spaced(_one_of(_TEXTS), st.sampled_from(["LIKE", "like"]), _STRINGS),
    _spaced(_one_of(_TEXTS), _LISTINGS, _listed(_STRINGS)),
    _spaced(_one_of(_NUMBERS), _RELATIONS, _AMOUNTS),
    _spaced(_one_of(_DAYS), _RELATIONS, _DATES | _PERIODS),
    _spaced(_one_of(_MOMENTS), _RELATIONS, _INSTANTS | _PERIODS),
    _spaced(_one_of(_IDS), _EQUALITIES, _IDENTIFIERS),
    _spaced(_one_of(_FLAGS), _EQUALITIES, st.sampled_from(["true", "FALSE"])),
    _spaced(
        _one_of(_PARTS).map(lambda part: f"{part}(CreatedDate)"), _RELATIONS, st.integers(1, 2030).map(str)
    ),
    _spaced(_one_of(_FIELDS), _EQUALITIES, st.just("null")),
    st.sampled_from(
        [
            "Id IN (SELECT AccountId FROM Contact WHERE Name LIKE 'A%')",
            "Id NOT IN (SELECT AccountId FROM Opportunity)",
            "DISTANCE(BillingAddress, GEOLOCATION(47.1, 8.5), 'km') < 20",
            "toLabel(Industry) = 'Banking'",
        ]
    ),
)
_CONDITIONS = st.recursive(
    _COMPARISONS,
    lambda inner: st.one_of(
        inner.map("({})".format),
        inner.map("NOT {}".format),
        inner.map("(NOT {})".format),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: f"({' AND '.join(each)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: f"({' OR '.join(each)})"),
    ),
    max_leaves=6,
)
_WHERES = st.just("") | _CONDITIONS.map("WHERE {}".format)
_DIRECTIONS = st.sampled_from(["", "ASC", "DESC", "desc NULLS LAST", "NULLS FIRST"])
_PAGES = _spaced(
    st.just("") | st.integers(0, 50).map("LIMIT {}".format),
    st.just("") | st.integers(0, 50).map("OFFSET {}".format),
    st.sampled_from(["", "", "FOR VIEW", "FOR REFERENCE"]),
)
_ORDERS = st.just("") | st.lists(
    _spaced(_one_of(_TEXTS + _NUMBERS + _DAYS + _MOMENTS + _PICKLISTS), _DIRECTIONS), min_size=1, max_size=3
).map(lambda each: f"ORDER BY {', '.join(each)}")
_ITEMS = _one_of(_FIELDS) | st.sampled_from(
    [
        "toLabel(Industry)",
        "toLabel(Industry) shown",
        "FORMAT(AnnualRevenue) f",
        "convertCurrency(AnnualRevenue) c",
        "DISTANCE(BillingAddress, GEOLOCATION(47.1, -8.5), 'mi') d",
        "(SELECT Id, Owner.Name FROM Contacts ORDER BY Name LIMIT 2)",
        "(SELECT Name FROM Account.Opportunities WHERE Amount > 0)",
        "FIELDS(STANDARD)",
    ]
)
_ROWS = st.tuples(
    st.lists(_ITEMS, min_size=1, max_size=4, unique=True).map(", ".join),
    st.sampled_from(["", "a", "USING SCOPE everything", "USING SCOPE mine"]),
    _WHERES,
    st.sampled_from(["", "", "WITH SECURITY_ENFORCED", "WITH USER_MODE"]),
    _ORDERS,
    _PAGES,
)


@st.composite
def _grouped(draw: st.DrawFn) -> tuple[str, ...]:
    groups = draw(
        st.lists(
            st.sampled_from(["Name", "Industry", "OwnerId", "CALENDAR_YEAR(CreatedDate)"]),
            unique=True,
            max_size=3,
        )
    )
    aggregates = st.sampled_from(
        [
            "COUNT(Id)",
            "COUNT_DISTINCT(Name)",
            "SUM(AnnualRevenue)",
            "MIN(Industry)",
            "MAX(CreatedDate)",
            "AVG(NumberOfEmployees)",
        ]
    )
    chosen = draw(st.lists(aggregates, min_size=1, max_size=3, unique=True))
    items = groups + [
        f"{each} a{place}" if draw(st.booleans()) else each for place, each in enumerate(chosen)
    ]
    wrapper = draw(st.sampled_from(["{}", "{}", "ROLLUP({})", "CUBE({})"]))
    clause = f"GROUP BY {wrapper.format(', '.join(groups))}" if groups else ""
    having = draw(
        st.sampled_from(["", "HAVING COUNT(Id) > 1", "HAVING COUNT(Id) > 0 AND MAX(CreatedDate) < TODAY"])
    )
    order = draw(st.sampled_from(["", f"ORDER BY {chosen[0]} DESC", "ORDER BY COUNT(Id) NULLS LAST"]))
    tail = (clause, having, order, "LIMIT 10") if groups else ()
    return (", ".join(items), "", draw(_WHERES), *tail)


def _join(parts: tuple[str, ...], space: str) -> str:
    select, scope, *clauses = (each for each in parts)
    words = ["SELECT", select, "FROM Account", scope, *clauses]
    return space.join(each for each in words if each)


QUERIES = st.tuples(_ROWS | _grouped(), _SPACE).map(lambda pair: _join(*pair))
"""Queries that keep the grammar."""


@st.composite
def broken_queries(draw: st.DrawFn) -> str:
    """A query some of whose characters or words were dropped, doubled or replaced."""
    query = draw(QUERIES)
    pieces = query.split(" ") if draw(st.booleans()) else list(query)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(pieces) - 1))
        odd = st.sampled_from(
            ["", "(", ")", "'", ",", "\\", "\0", ";", "NOT", "NULLS", "é", pieces[place] * 2]
        )
        pieces[place] = draw(odd)
    return (" " if " " in query and len(pieces) < len(query) else "").join(pieces)
