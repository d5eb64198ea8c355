def test_an_object_has_one_layout_with_all_its_fields(client):
    body = client.get("/sobjects/Account/describe/layouts/").json()
    [layout] = body["layouts"]
    rows = layout["detailLayoutSections"][0]["layoutRows"]
    shown = [row["layoutItems"][0]["layoutComponents"][0]["value"] for row in rows]
    assert shown == [each["name"] for each in client.get("/sobjects/Account/describe").json()["fields"]]
    edited = layout["editLayoutSections"][0]["layoutRows"]
    required = [row["layoutItems"][0]["label"] for row in edited if row["layoutItems"][0]["required"]]
    assert required == ["Account Name"]
    [mapping] = body["recordTypeMappings"]
    assert (mapping["layoutId"], mapping["master"]) == (layout["id"], True)
    assert body["recordTypeSelectorRequired"] == [False]
    assert client.get(mapping["urls"]["layout"]).json() == layout


def test_record_types_are_asked_one_by_one(org, client):
    with org.transaction() as connection:
        connection.execute(
            'INSERT INTO "RecordType" (Id, Name, DeveloperName, SobjectType, IsActive) '
            "VALUES ('012Sb0000000001AAA', 'Household', 'Household', 'Account', 1)"
        )
    body = client.get("/sobjects/Account/describe/layouts").json()
    assert (body["layouts"], body["recordTypeSelectorRequired"]) == (None, [True])
    assert [each["name"] for each in body["recordTypeMappings"]] == ["Household", "Master"]


def test_the_system_brings_a_compact_layout_and_no_more(client):
    body = client.get("/sobjects/Contact/describe/compactLayouts").json()
    [compact] = body["compactLayouts"]
    assert (compact["objectType"], [each["label"] for each in compact["fieldItems"]]) == (
        "Contact",
        ["Full Name"],
    )
    assert body["recordTypeCompactLayoutMappings"][0]["recordTypeName"] == "Master"
    assert client.get("/sobjects/Account/describe/approvalLayouts").json() == {"approvalLayouts": []}
    assert client.get("/sobjects/Account/quickActions").json() == client.get("/quickActions").json() == []
    assert client.get("/sobjects/Profile/describe/layouts").status_code == 404


def test_tabs_and_theme_name_the_objects_of_a_new_org(client):
    names = ["Account", "Campaign", "Case", "Contact", "Lead", "Opportunity"]
    assert [each["sobjectName"] for each in client.get("/tabs").json()] == names
    assert [each["name"] for each in client.get("/theme").json()["themeItems"]] == names
