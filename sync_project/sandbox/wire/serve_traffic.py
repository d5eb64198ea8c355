"""The admin's view of the traffic: the fault dial, what was used, what was received."""

from sync_project.sandbox.errors import ApiError, SandboxError
from sync_project.sandbox.traffic.faults import read_faults
from sync_project.sandbox.traffic.usage import read_usage, reset_usage
from sync_project.sandbox.values import read_count
from sync_project.sandbox.wire.web import Call, Reply


def faults(call: Call) -> Reply:
    """``GET /sandbox/faults``."""
    return Reply(body=call.org.faults.faults.model_dump(mode="json"))


def set_faults(call: Call) -> Reply:
    """``PUT /sandbox/faults``: these instead of all others."""
    try:
        call.org.faults.set(read_faults(call.read_object(), origin="the request"))
    except SandboxError as error:
        raise ApiError("INVALID_INPUT", str(error)) from error
    return faults(call)


def clear_faults(call: Call) -> Reply:
    """``DELETE /sandbox/faults``."""
    call.org.faults.clear()
    return Reply(status=204)


def usage(call: Call) -> Reply:
    """``GET /sandbox/usage``: since the last reset, and the API calls of 24 hours."""
    budget = {"used": call.org.api_calls_used, "limit": call.org.api_limit}
    return Reply(body={"api_calls_24h": budget} | read_usage(call.org.connection))


def clear_usage(call: Call) -> Reply:
    """``DELETE /sandbox/usage``."""
    with call.org.transaction() as connection:
        reset_usage(connection)
    return Reply(status=204)


def requests(call: Call) -> Reply:
    """``GET /sandbox/requests?since=``: oldest first, after that number."""
    since = read_count(call.query.get("since", "0"))
    if since is None:
        raise ApiError("INVALID_INPUT", f"since must be the number of a request, not {call.query['since']!r}")
    return Reply(body=[each.as_json() for each in call.org.requests.since(since)])


def clear_requests(call: Call) -> Reply:
    """``DELETE /sandbox/requests``."""
    call.org.requests.clear()
    return Reply(status=204)
