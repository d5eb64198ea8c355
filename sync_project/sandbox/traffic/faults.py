"""The faults that a dial can hold, as a file, a request or a test states them.

When a fault strikes is decided in ``dial``; what it then does is up to the place it strikes at.
"""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.ids import normalise_id

Seconds = Annotated[float, Field(ge=0, le=100_000_000)]
"""Three years at most."""
FieldPath = Annotated[str, StringConstraints(pattern=r"^\w+\.\w+$")]
"""Such as ``Lead.Title``."""


class FaultModel(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Strikes(FaultModel):
    """Which of the occasions a fault takes: all of them where nothing is said.

    ``after`` occasions pass untouched; of the rest each ``every``-th one may be struck, with the
    chance ``rate``, until ``first`` were.
    """

    after: int = Field(default=0, ge=0)
    every: int = Field(default=1, ge=1)
    rate: float = Field(default=1.0, gt=0, le=1)
    first: int | None = Field(default=None, ge=1)


class CallFault(Strikes):
    """A fault of one request; its occasions are the requests that it fits."""

    kind: str
    path: str = "/services/data/*"
    """A glob, letter case ignored; ``*`` alone includes sign-in."""
    method: Literal["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"] | None = None


class SessionEnds(CallFault):
    """The access token of the request is dead from here on; ``after: 5, first: 1`` is its sixth use."""

    kind: Literal["session_ends"]


class RequestLimit(CallFault):
    """403 REQUEST_LIMIT_EXCEEDED."""

    kind: Literal["request_limit"]


class ErrorPage(CallFault):
    """An HTML page of a server that is busy or broken; nothing was done."""

    kind: Literal["error_page"]
    status: Literal[420, 429, 500, 502, 503, 504] = 503


class Drop(CallFault):
    """The connection is cut: ``before`` anything was done, or ``after`` all of it was.

    ``midway`` is after it too, but in the middle of the answer's body; one without a body arrives whole.
    """

    kind: Literal["drop"]
    when: Literal["before", "after", "midway"]


class Latency(CallFault):
    """The request waits between so many seconds; others do not wait for it."""

    kind: Literal["latency"]
    seconds: tuple[Seconds, Seconds]

    @model_validator(mode="before")
    @classmethod
    def _one_number_is_a_range(cls, values: object) -> object:
        if isinstance(values, dict) and isinstance(values.get("seconds"), int | float):
            return values | {"seconds": (values["seconds"], values["seconds"])}
        return values


class LockedRows(Strikes):
    """UNABLE_TO_LOCK_ROW for these records and for all that refer to them; each such write is an occasion."""

    kind: Literal["locked_rows"]
    records: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The records by their full ids."""
        return frozenset(normalise_id(each) or each for each in self.records)


class SlowJobs(Strikes):
    """Bulk jobs need so many seconds of the org's clock, or never end; each new job is an occasion."""

    kind: Literal["slow_jobs"]
    operation: Literal["query", "ingest"] | None = None
    seconds: Seconds | None = None
    """None for a job that is stuck."""


class QueryTimeout(Strikes):
    """A query for more records than ``rows`` takes too long; each such query is an occasion.

    REST answers 400 QUERY_TIMEOUT, a Bulk job ends as Failed with it. A ``COUNT()`` reads no records.
    """

    kind: Literal["query_timeout"]
    rows: int = Field(ge=0)


class UnseenRows(FaultModel):
    """Queries do not see rows whose SystemModstamp is younger; reading by id does."""

    kind: Literal["unseen_rows"]
    seconds: Seconds


class FieldAccess(FaultModel):
    """Field-level security as if an admin had taken it away."""

    kind: Literal["field_access"]
    hidden: tuple[FieldPath, ...] = ()
    read_only: tuple[FieldPath, ...] = ()


Fault = Annotated[
    SessionEnds
    | RequestLimit
    | ErrorPage
    | Drop
    | Latency
    | LockedRows
    | SlowJobs
    | QueryTimeout
    | UnseenRows
    | FieldAccess,
    Field(discriminator="kind"),
]


class Faults(FaultModel):
    """Everything that is wrong with the org at one time."""

    seed: int = 0
    """The same seed and the same calls meet the same faults."""
    faults: tuple[Fault, ...] = ()


def read_faults(values: object, *, origin: str) -> Faults:
    """What a file or a request states; a SandboxError names its mistakes."""
    try:
        return Faults.model_validate(values)
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()
        )
        raise SandboxError(f"the faults in {origin} cannot be used: {mistakes}") from error


def load_faults(path: Path) -> Faults:
    """The faults of a YAML or JSON file; a SandboxError when it holds none."""
    try:
        return read_faults(yaml.safe_load(path.read_text(encoding="utf-8")), origin=str(path))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SandboxError(f"the faults file {path} cannot be read: {error}") from error
