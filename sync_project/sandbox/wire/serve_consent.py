"""``/services/oauth2/authorize``: a plain consent page, and the way back to the app with a code."""

from html import escape
from urllib.parse import urlencode, urlsplit

from sync_project.sandbox.sign_in.consent import AuthorizationCode, make_code, may_lead_to
from sync_project.sandbox.wire.web import Call, Reply

_ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Allow access?</title></head>
<body style="font: 1rem sans-serif; max-width: 30rem; margin: 4rem auto">
{content}
</body></html>
"""
_QUESTION = """<h1>Allow access?</h1>
<p>The connected app asks to work in this sandbox org as <b>{user}</b>, with the scope <b>{scope}</b>.</p>
<form method="post" action="/services/oauth2/authorize">
{fields}
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>"""


def ask(call: Call) -> Reply:
    """``GET``: the page; what cannot be led back to the app is told on a page of its own."""
    asked = {name: call.query.get(name, "") for name in _ASKED}
    refusal = _refusal(call, asked)
    if refusal is not None:
        return refusal
    fields = "\n".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items()
    )
    (user,) = call.org.connection.execute(
        'SELECT Username FROM "User" WHERE Id = ?', (call.user_id,)
    ).fetchone()
    scope = asked["scope"] or "everything that the app is set up for"
    return _page(_QUESTION.format(user=escape(user), scope=escape(scope), fields=fields))


def decide(call: Call) -> Reply:
    """``POST``: Allow gives the app a code, Deny an error."""
    form = call.read_form()
    asked = {name: form.get(name, "") for name in _ASKED}
    refusal = _refusal(call, asked)
    if refusal is not None:
        return refusal
    if form.get("decision") != "allow":
        return _lead_back(
            asked, {"error": "access_denied", "error_description": "end-user denied authorization"}
        )
    consented = AuthorizationCode(
        user_id=call.user_id,
        scope=asked["scope"],
        redirect_uri=asked["redirect_uri"],
        challenge=asked["code_challenge"],
        challenge_method=asked["code_challenge_method"],
    )
    with call.org.transaction() as connection:
        return _lead_back(asked, {"code": make_code(connection, consented, now=call.org.now)})


def _refusal(call: Call, asked: dict[str, str]) -> Reply | None:
    """What is wrong with the app's question; None when nothing is."""
    if asked["client_id"] != call.org.client_id:
        return _error_page("invalid_client_id", "client identifier invalid")
    if not may_lead_to(call.org.connection, asked["redirect_uri"]):
        return _error_page("redirect_uri_mismatch", "redirect_uri must match configuration")
    if asked["response_type"] != "code":
        description = "response type not supported"
        return _lead_back(asked, {"error": "unsupported_response_type", "error_description": description})
    return None


def _lead_back(asked: dict[str, str], answer: dict[str, str]) -> Reply:
    state = {"state": asked["state"]} if asked["state"] else {}
    uri = asked["redirect_uri"]
    joint = "&" if urlsplit(uri).query else "?"
    return Reply(status=302, headers={"Location": f"{uri}{joint}{urlencode(answer | state)}"})


def _error_page(error: str, description: str) -> Reply:
    query = urlencode({"error": error, "error_description": description})
    content = f"<h1>This app cannot sign in</h1>\n<p>{escape(query)}</p>"
    return _page(content, status=400)


def _page(content: str, *, status: int = 200) -> Reply:
    body = _PAGE.format(content=content).encode()
    return Reply(status=status, body=body, headers={"Content-Type": "text/html; charset=UTF-8"})
