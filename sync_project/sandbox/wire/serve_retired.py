"""What the org refuses as a new org does, so that a client says so or takes another way.

SOAP and Bulk v1 are dying; what the table below lists is far from the records of an org.
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.web import Call, Handler, Reply, refusal

_NO_APEX = ApiError("NOT_FOUND", "Could not find a match for URL", status=404)
"""There are no classes."""
_NO_SEARCH = ApiError("FUNCTIONALITY_NOT_ENABLED", "Search is not enabled for this organization.", status=403)
"""Nothing is indexed for SOSL [K: code and text]."""
_NO_CHATTER = ApiError(
    "FUNCTIONALITY_NOT_ENABLED", "This feature is not currently enabled for this user.", status=403
)
"""Nor Connect [K: text]."""
_NO_DEPLOYMENT = ApiError(
    "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner", status=403
)
"""The Metadata API's zip files [K: code and text]."""
_DATA = "/services/data/v{version}"
REFUSALS: Mapping[str, ApiError] = {
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


def refuse(error: ApiError) -> Handler:
    """A handler that answers with that error."""
    return lambda _: refusal(error)
