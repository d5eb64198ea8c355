"""Who is signed in, and what the org has to offer: identity, API versions, the map of resources."""

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.write_context import Values, find_object, load_row
from sync_project.sandbox.wire.web import Call, Reply, supported_versions

_OLDEST_SEASON_VERSION = 31
_SEASONS = ("Summer", "Winter", "Spring")
_VERSIONS_A_YEAR = 3


def user_info(call: Call) -> Reply:
    """``GET /services/oauth2/userinfo``: the session's user."""
    return Reply(body=_identity_body(call, call.user_id))


def identity(call: Call) -> Reply:
    """``GET /id/{organization}/{user}``: a user may read only itself."""
    wanted = (normalise_id(call.path["organization"]), normalise_id(call.path["user"]))
    if wanted != (call.org.organization_id, call.user_id):
        raise ApiError("INSUFFICIENT_ACCESS", "Bad_Id", status=403)
    return Reply(body=_identity_body(call, call.user_id))


def versions(_: Call) -> Reply:
    """``GET /services/data``."""
    return Reply(
        body=[
            {"label": _season(version), "url": f"/services/data/v{version}", "version": version}
            for version in supported_versions()
        ]
    )


def resources(call: Call) -> Reply:
    """``GET /services/data/vXX.0``."""
    base = f"/services/data/v{call.version}"
    names = (
        "tabs", "theme", "recent", "quickActions", "limits", "sobjects", "query", "queryAll", "composite",
        "jobs", "analytics", "tooling",
    )  # fmt: skip
    links = {name: f"{base}/{name}" for name in names}
    return Reply(body=links | {"identity": identity_url(call, call.user_id)})


def load_user(call: Call, user_id: str) -> Values:
    """The user's own record."""
    return load_row(call.org.connection, find_object(call.schema, "User"), user_id)


def identity_url(call: Call, user_id: str) -> str:
    """Where the user's identity is read."""
    return f"{call.base_url}/id/{call.org.organization_id}/{user_id}"


def _season(version: str) -> str:
    """The release's name.

    >>> _season("66.0"), _season("67.0"), _season("68.0")
    ("Spring '26", "Summer '26", "Winter '27")
    """
    past = int(float(version)) - _OLDEST_SEASON_VERSION
    year = 14 + (past + _VERSIONS_A_YEAR - 1) // _VERSIONS_A_YEAR
    return f"{_SEASONS[past % _VERSIONS_A_YEAR]} '{year}"


def _identity_body(call: Call, user_id: str) -> dict[str, object]:
    user = load_user(call, user_id)
    url = identity_url(call, user_id)
    return {
        "sub": url,
        "id": url,
        "asserted_user": True,
        "user_id": user_id,
        "organization_id": call.org.organization_id,
        "preferred_username": user["Username"],
        "username": user["Username"],
        "nickname": user["CommunityNickname"],
        "nick_name": user["CommunityNickname"],
        "display_name": user["Name"],
        "name": user["Name"],
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "email": user["Email"],
        "email_verified": True,
        "zoneinfo": user["TimeZoneSidKey"],
        "timezone": user["TimeZoneSidKey"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": 0,
        "active": True,
        "is_app_installed": True,
        "last_modified_date": user["LastModifiedDate"],
        "updated_at": user["LastModifiedDate"],
        "photos": {
            "picture": f"{call.base_url}/profilephoto/005/F",
            "thumbnail": f"{call.base_url}/profilephoto/005/T",
        },
        "urls": _service_urls(call, user_id),
    }


def _service_urls(call: Call, user_id: str) -> dict[str, str]:
    rest = f"{call.base_url}/services/data/v{{version}}/"
    soap = f"{call.base_url}/services/Soap"
    organization = call.org.organization_id[:15]
    return {
        "enterprise": f"{soap}/c/{{version}}/{organization}",
        "metadata": f"{soap}/m/{{version}}/{organization}",
        "partner": f"{soap}/u/{{version}}/{organization}",
        "rest": rest,
        "sobjects": f"{rest}sobjects/",
        "search": f"{rest}search/",
        "query": f"{rest}query/",
        "recent": f"{rest}recent/",
        "tooling_rest": f"{rest}tooling/",
        "tooling_soap": f"{soap}/T/{{version}}/{organization}",
        "profile": f"{call.base_url}/{user_id}",
        "feeds": f"{rest}chatter/feeds",
        "groups": f"{rest}chatter/groups",
        "users": f"{rest}chatter/users",
        "feed_items": f"{rest}chatter/feed-items",
        "feed_elements": f"{rest}chatter/feed-elements",
        "custom_domain": call.base_url,
    }
