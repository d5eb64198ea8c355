def test_a_parent_is_read_by_the_name_of_the_relationship(client):
    account = client.create("Account", Name="Acme")
    contact = client.create("Contact", LastName="A", AccountId=account)
    assert client.get(f"/sobjects/Contact/{contact}/account?fields=Name").json() == {
        "attributes": {"type": "Account", "url": f"/services/data/v66.0/sobjects/Account/{account}"},
        "Id": account,
        "Name": "Acme",
    }
    assert client.get(f"/sobjects/Contact/{contact}/ReportsTo").status_code == 404
    assert client.get(f"/sobjects/Contact/{contact}/Owner").json()["attributes"]["type"] == "User"
    assert client.get(f"/sobjects/Contact/{contact}/Nothing").status_code == 404


def test_children_are_a_query(client):
    account = client.create("Account", Name="Acme")
    names = ["B", "A"]
    contacts = [client.create("Contact", LastName=name, AccountId=account) for name in names]
    body = client.get(f"/sobjects/Account/{account}/Contacts?fields=LastName").json()
    assert (body["totalSize"], body["done"]) == (2, True)
    assert sorted(each["LastName"] for each in body["records"]) == ["A", "B"]
    whole = client.get(f"/sobjects/Account/{account}/Contacts").json()["records"]
    assert {each["Id"] for each in whole} == set(contacts)
