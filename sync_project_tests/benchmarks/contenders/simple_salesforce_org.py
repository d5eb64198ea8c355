"""simple-salesforce, signed in; it speaks only https, so the encryption is dropped below it."""

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from sync_project_tests.benchmarks.contacts import COLUMNS

SOQL = f"SELECT {', '.join(COLUMNS)} FROM Contact"


class _PlainAdapter(HTTPAdapter):
    """Counts the calls too."""

    calls = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        self.calls += 1
        request.url = request.url.replace("https:", "http:", 1)
        return super().send(request, *args, **kwargs)


def connect(url: str) -> tuple[Salesforce, _PlainAdapter]:
    session, adapter = requests.Session(), _PlainAdapter()
    session.trust_env = False
    session.mount("https://", adapter)
    org = Salesforce(session_id="static", instance=urlsplit(url).netloc, session=session, version="66.0")
    return org, adapter
