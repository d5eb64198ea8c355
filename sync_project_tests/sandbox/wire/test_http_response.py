def test_headers_are_spelled_as_salesforce_spells_them(client):
    client.create("Account", Name="Acme")
    job = client.post("/jobs/query", {"operation": "query", "query": "SELECT Name FROM Account"}).json()
    names = list(client.get(f"/jobs/query/{job['id']}/results").raw.headers)
    assert {"Content-Type", "Sforce-Limit-Info", "Sforce-Locator", "Sforce-NumberOfRecords"} <= set(names)
    assert "ETag" in list(client.get("/sobjects/Account/describe").raw.headers)
