import requests


def test_versions_need_no_session(base_url):
    versions = requests.get(f"{base_url}/services/data/", timeout=20).json()
    assert versions[0] == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert versions[-3] == {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"}
    assert versions[-1]["version"] == "68.0"


def test_the_resource_map_leads_to_the_identity(org, client):
    identity = client.send("GET", "/services/data/v66.0").json()["identity"]
    assert identity == f"{client.base_url}/id/{org.organization_id}/{org.user_id}"
    for path in (identity.removeprefix(client.base_url), "/services/oauth2/userinfo"):
        body = client.get(path).json()
        assert (body["user_id"], body["organization_id"]) == (org.user_id, org.organization_id)
        assert body["preferred_username"] == "integration@sandbox.example"


def test_another_users_identity_is_not_for_reading(org, client):
    reply = client.get(f"/id/{org.organization_id}/005000000000001AAA")
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS")
