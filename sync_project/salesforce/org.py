"""One signed-in org: describe, query, count, limits, and the raw calls that the other modules build on.

    with connect(credentials, api_version="66.0") as org:
        org.describe("Lead").field("Email")
        for page in org.query("SELECT Id, Email FROM Lead"): ...

simple-salesforce makes the ordinary calls on top of ``OrgSession``; everything raised is of ``errors.py``.
Reading whole objects to files is ``reading.py``; writing is ``writing.py`` and ``bulk_ingest.py``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import requests
from simple_salesforce.api import Salesforce

from sync_project.salesforce.composite import PARTS_PER_CALL, QUERIES_PER_CALL, PartAnswer, read_together
from sync_project.salesforce.describe import ObjectDescription, ObjectSummary, read_object, read_summary
from sync_project.salesforce.errors import ResourceMissingError, raise_for_answer, salesforce_errors
from sync_project.salesforce.session import ApiUsage, OrgSession
from sync_project.salesforce.sign_in import Credentials, Grant, sign_in
from sync_project.salesforce.transport import Patience, TransportSession

API_VERSION = "66.0"

LONGEST_URL_QUERY = 12_000
"""Bytes of an encoded query; Salesforce refuses requests whose address and headers exceed 16,384."""

_NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer of a query: up to 2,000 records as Salesforce sends them, ``attributes`` included."""

    records: tuple[dict[str, Any], ...]
    total_size: int
    """Rows of the whole query, on every page."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One of the org's allowances over a rolling 24 hours."""

    maximum: int
    remaining: int


class Org:
    """A signed-in org; a context manager that closes its connections."""

    def __init__(self, session: OrgSession, *, api_version: str = API_VERSION) -> None:
        self.session = session
        self.api_version = api_version
        self._simple_salesforce = Salesforce(
            session_id="held by OrgSession",
            instance=urlsplit(session.origin).netloc,
            session=session,
            version=api_version,
            object_pairs_hook=None,
        )
        self._descriptions: dict[str, ObjectDescription] = {}
        self._summaries: Mapping[str, ObjectSummary] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def __repr__(self) -> str:
        return f"Org({self.session.grant.instance_url!r}, org_id={self.org_id!r})"

    @property
    def org_id(self) -> str:
        """The org's 18-character id, 00D..."""
        return self.session.grant.org_id

    @property
    def user_id(self) -> str:
        """The integration user whom the credentials act for, 005..."""
        return self.session.grant.user_id

    @property
    def calls_used(self) -> int:
        """Calls made so far, repeated attempts included, sign-ins not."""
        return self.session.requests_sent

    @property
    def call_allowance(self) -> int | None:
        """Calls that may be made in all; the next one raises CallAllowanceSpentError. None: no allowance."""
        return self.session.call_allowance

    @property
    def api_usage(self) -> ApiUsage | None:
        """The org's usage by everybody, as the last answer told it."""
        return self.session.api_usage

    def describe(self, sobject: str) -> ObjectDescription:
        """An object's fields, asked once per run; ResourceMissingError when the org lacks or hides it."""
        known = self._descriptions.get(sobject.lower())
        if known is None:
            known = read_object(self._describe(sobject))
            self._descriptions[sobject.lower()] = known
        return known

    def describe_many(self, names: Iterable[str]) -> dict[str, ObjectDescription | None]:
        """``describe`` of several objects, 25 a call; None for one that the org lacks or hides."""
        wanted = tuple(dict.fromkeys(names))
        missing = tuple(
            {each.lower(): each for each in wanted if each.lower() not in self._descriptions}.values()
        )
        paths = [f"sobjects/{quote(name, safe='')}/describe" for name in missing]
        for answer in self._read_together(paths, parts_per_call=PARTS_PER_CALL):
            if answer.status != _NOT_FOUND:
                described = read_object(answer.read())
                self._descriptions[described.name.lower()] = described
        return {name: self._descriptions.get(name.lower()) for name in wanted}

    def describe_global(self) -> Mapping[str, ObjectSummary]:
        """Every object that the integration user sees, by API name; asked once per run."""
        if self._summaries is None:
            with salesforce_errors():
                answer: Any = self._simple_salesforce.describe()
            summaries = [read_summary(each) for each in answer["sobjects"]]
            self._summaries = {each.name: each for each in summaries}
        return self._summaries

    def has_object(self, sobject: str) -> bool:
        """Whether the org has the object and shows it to the integration user."""
        return sobject.lower() in {name.lower() for name in self.describe_global()}

    def query(self, soql: str, *, include_deleted: bool = False) -> Iterator[Page]:
        """The answer to a query, page by page; the next page is asked for only when it is wanted."""
        with salesforce_errors():
            answer = self._simple_salesforce.query(soql, include_deleted=include_deleted)
        yield _read_page(answer)
        while not answer["done"]:
            with salesforce_errors():
                answer = self._simple_salesforce.query_more(answer["nextRecordsUrl"], identifier_is_url=True)
            yield _read_page(answer)

    def count(self, soql: str, *, include_deleted: bool = False) -> int:
        """The answer to ``SELECT COUNT() FROM ...``."""
        return next(self.query(soql, include_deleted=include_deleted)).total_size

    def count_many(self, queries: Sequence[str], *, include_deleted: bool = False) -> list[int]:
        """``count`` of several queries, five a call; one too long for that is asked by itself."""
        resource = "queryAll" if include_deleted else "query"
        encoded = {soql: quote(soql, safe="") for soql in queries}
        short = [soql for soql, text in encoded.items() if len(text) <= LONGEST_URL_QUERY]
        paths = [f"{resource}?q={encoded[soql]}" for soql in short]
        answers = self._read_together(paths, parts_per_call=QUERIES_PER_CALL)
        counts: dict[str, int] = {
            soql: answer.read()["totalSize"] for soql, answer in zip(short, answers, strict=True)
        }
        return [
            counts[soql] if soql in counts else self.count(soql, include_deleted=include_deleted)
            for soql in queries
        ]

    def limits(self) -> Mapping[str, Limit]:
        """The org's allowances by Salesforce's names, ``DailyApiRequests`` first of all."""
        with salesforce_errors():
            answer: dict[str, dict[str, int]] = self._simple_salesforce.limits()
        return {
            name: Limit(maximum=each["Max"], remaining=each["Remaining"]) for name, each in answer.items()
        }

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """One request below ``/services/data/vNN.N/``; its error is raised, a success comes back raw.

        A path that begins with a slash, as those do that the org itself gives, is taken as it is.
        """
        whole = path if path.startswith("/") else f"/services/data/v{self.api_version}/{path}"
        return raise_for_answer(self.session.request(method, f"{self.session.origin}{whole}", **kwargs))

    def call_json(self, method: str, path: str, **kwargs: Any) -> Any:
        """``call``, its answer parsed; UnexpectedAnswerError when it is not JSON."""
        with salesforce_errors():
            return self.call(method, path, **kwargs).json()

    def _read_together(self, paths: Sequence[str], *, parts_per_call: int) -> Iterator[PartAnswer]:
        """The answers to several reads below ``/services/data/vNN.N/``, in the paths' order."""
        return read_together(
            [f"/services/data/v{self.api_version}/{path}" for path in paths],
            post=lambda body: self.call_json("POST", "composite", json=body),
            parts_per_call=parts_per_call,
        )

    def _describe(self, sobject: str) -> Mapping[str, Any]:
        try:
            with salesforce_errors():
                answer: dict[str, Any] = self._simple_salesforce.restful(f"sobjects/{sobject}/describe") or {}
        except ResourceMissingError as error:
            raise ResourceMissingError(
                f"The object {sobject} is not in the org, or hidden from the integration user. "
                "Grant access to it by a permission set, or leave it out of the settings.",
                code=error.code,
                status=error.status,
            ) from error
        return answer


def connect(
    credentials: Credentials,
    *,
    api_version: str = API_VERSION,
    patience: Patience | None = None,
    call_allowance: int | None = None,
) -> Org:
    """Sign in; SignInError, InsecureOrgError or OrgUnreachableError say why not.

    ``call_allowance`` bounds the calls that may be made, sign-ins apart.
    """

    def grant_session() -> Grant:
        with TransportSession(patience) as door:
            return sign_in(credentials, session=door)

    session = OrgSession(grant_session, patience=patience, call_allowance=call_allowance)
    return Org(session, api_version=api_version)


def _read_page(answer: Mapping[str, Any]) -> Page:
    return Page(records=tuple(answer["records"]), total_size=answer["totalSize"])
