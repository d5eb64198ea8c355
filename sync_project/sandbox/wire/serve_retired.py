"""What the org refuses as a new org does, so that a client says so or takes another way.

SOAP and Bulk v1 are dying; what the table below lists is far from the records of an org.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.web import Call, Handler, Reply, refusal


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What is not covered, and how a real org without it answers."""

    what: str
    code: str
    message: str
    status: int


_NO_APEX = Refusal(
    what="Apex: there are no classes",
    code="NOT_FOUND",
    message="Could not find a match for URL",
    status=404,
)
_NO_SEARCH = Refusal(
    what="SOSL: nothing is indexed for search [K: code and text]",
    code="FUNCTIONALITY_NOT_ENABLED",
    message="Search is not enabled for this organization.",
    status=403,
)
_NO_CHATTER = Refusal(
    what="Chatter and Connect [K: text]",
    code="FUNCTIONALITY_NOT_ENABLED",
    message="This feature is not currently enabled for this user.",
    status=403,
)
_NO_DEPLOYMENT = Refusal(
    what="Metadata API: zip files are not deployed [K: code and text]",
    code="API_DISABLED_FOR_ORG",
    message="API is not enabled for this Organization or Partner",
    status=403,
)
_DATA = "/services/data/v{version}"
REFUSALS: Mapping[str, Refusal] = {
    "/services/apexrest/{rest:path}": _NO_APEX,
    f"{_DATA}/search": _NO_SEARCH,
    f"{_DATA}/search/{{rest:path}}": _NO_SEARCH,
    f"{_DATA}/parameterizedSearch": _NO_SEARCH,
    f"{_DATA}/chatter/{{rest:path}}": _NO_CHATTER,
    f"{_DATA}/connect/{{rest:path}}": _NO_CHATTER,
    f"{_DATA}/metadata/{{rest:path}}": _NO_DEPLOYMENT,
}
"""By path."""

_LOGIN_REFUSED = (
    "INVALID_OPERATION",
    "SOAP API login() is disabled by default in this org."
    " Contact the org administrator to enable SOAP API login().",
)
_SOAP_REFUSED = ("API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner")
_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode>"
    "<faultstring>{code}: {message}</faultstring>"
    '<detail><sf:{kind} xsi:type="sf:{kind}"><sf:exceptionCode>{code}</sf:exceptionCode>'
    "<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{kind}></detail>"
    "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)
_BULK_REFUSED = {"exceptionCode": "FeatureNotEnabled", "exceptionMessage": "Async API not enabled"}
_BULK_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<error xmlns="http://www.force.com/2009/06/asyncapi/dataload">'
    "<exceptionCode>{exceptionCode}</exceptionCode><exceptionMessage>{exceptionMessage}</exceptionMessage></error>"
)


def soap(call: Call) -> Reply:
    """``POST /services/Soap/...``: a fault; which one calls other than login get is [K]."""
    is_login = b"login" in call.body
    code, message = _LOGIN_REFUSED if is_login else _SOAP_REFUSED
    kind = "LoginFault" if is_login else "UnexpectedErrorFault"
    body = _FAULT.format(code=code, message=escape(message), kind=kind).encode()
    return Reply(status=500, body=body, headers={"Content-Type": "text/xml; charset=UTF-8"})


def bulk_v1(call: Call) -> Reply:
    """``/services/async/...``, in the format of the request; clients then fall back to queries [R dlt]."""
    if "json" in call.headers.get("content-type", ""):
        return Reply(status=400, body=_BULK_REFUSED)
    body = _BULK_ERROR.format(**_BULK_REFUSED).encode()
    return Reply(status=400, body=body, headers={"Content-Type": "application/xml"})


def refuse(found: Refusal) -> Handler:
    """A handler that answers with that refusal."""

    def answer(_: Call) -> Reply:
        return refusal(ApiError(found.code, found.message, status=found.status))

    return answer
