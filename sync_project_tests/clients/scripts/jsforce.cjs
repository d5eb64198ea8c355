// What jsforce sees of an org: one scenario a run, named by the argument, its findings printed as JSON.
const jsforce = require("jsforce");

const given = JSON.parse(process.argv[2]);

function connect(more = {}) {
  return new jsforce.Connection({
    instanceUrl: given.url,
    accessToken: given.token,
    version: given.version,
    ...more,
  });
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return { name: error.name, message: error.message, data: error.data };
  }
  return null;
}

const names = (records) => records.map((each) => each.Name);

const scenarios = {
  async whoAndWhat() {
    const connection = connect();
    return {
      identity: await connection.identity(),
      limits: await connection.limits(),
      usage: connection.limitInfo.apiUsage,
      versions: await connection.request("/services/data"),
    };
  },

  async describes() {
    const connection = connect();
    const everything = await connection.describeGlobal();
    const account = await connection.sobject("Account").describe();
    const cached = await connection.sobject("Account").describe$();
    return {
      everything,
      account,
      isCached: account === cached,
      unknown: await refusal(connection.sobject("Nothing__c").describe()),
    };
  },

  async oneRecord() {
    const accounts = connect().sobject("Account");
    const created = await accounts.create({ Name: "Hello", NumberOfEmployees: 12, BillingCity: "Zoë's \"Ort\"" });
    const updated = await accounts.record(created.id).update({ Name: "Hello2", NumberOfEmployees: null });
    const retrieved = await accounts.retrieve(created.id);
    const some = await connect().sobject("Account").retrieve(created.id, { fields: ["Id", "Name"] });
    const destroyed = await accounts.record(created.id).destroy();
    return {
      created,
      updated,
      retrieved,
      some,
      destroyed,
      gone: await refusal(accounts.retrieve(created.id)),
      nameless: await refusal(accounts.create({ BillingCity: "Ulm" })),
      misspelt: await refusal(accounts.create({ Name: "A", Nmae: "B" })),
      withoutAutoAssign: await accounts.create({ Name: "Quiet" }, { headers: { "SForce-Auto-Assign": "FALSE" } }),
    };
  },

  async manyRecords() {
    const accounts = connect().sobject("Account");
    const created = await accounts.create([{ Name: "Account #1" }, { Name: "Account #2" }, { BillingCity: "Ulm" }]);
    const ids = created.filter((each) => each.success).map((each) => each.id);
    const retrieved = await accounts.retrieve(ids);
    const updated = await accounts.update(retrieved.map(({ Id, Name }) => ({ Id, Name: `Updated ${Name}` })));
    const again = await accounts.retrieve(ids);
    const allOrNone = await accounts.create([{ Name: "Account #3" }, { BillingCity: "Ulm" }], { allOrNone: true });
    const tooMany = await refusal(accounts.create(Array.from({ length: 201 }, (_, i) => ({ Name: `Many ${i}` }))));
    const chunked = await accounts.create(
      Array.from({ length: 201 }, (_, i) => ({ Name: `Chunk ${i}` })),
      { allowRecursive: true },
    );
    const destroyed = await accounts.destroy(ids);
    return {
      created,
      updated,
      names: names(again),
      allOrNone,
      tooMany,
      chunked: chunked.filter((each) => each.success).length,
      destroyed,
      afterwards: await accounts.retrieve(ids),
    };
  },

  async upserts() {
    const accounts = connect().sobject("Account");
    const key = "Key__c";
    const created = await accounts.upsert({ Name: "New", [key]: "k/1" }, key);
    const updated = await accounts.upsert({ Name: "Updated", [key]: "k/1" }, key);
    const old = connect({ version: "45.0" }).sobject("Account");
    const updatedSilently = await old.upsert({ Name: "Updated Again", [key]: "k/1" }, key);
    const record = await accounts.retrieve(created.id);
    const many = await accounts.upsert([{ Name: "One", [key]: "k/1" }, { Name: "Two", [key]: "k2" }], key);
    await accounts.create({ Name: "Twin", [key]: "K2" });
    return {
      created,
      updated,
      updatedSilently,
      name: record.Name,
      many,
      ambiguous: await refusal(accounts.upsert({ Name: "Which", [key]: "k2" }, key)),
    };
  },

  async queries() {
    const connection = connect();
    const soql = "SELECT Id, Name FROM Account WHERE Name LIKE 'Page %' ORDER BY Name";
    const first = await connection.query(soql);
    const second = await connection.queryMore(first.nextRecordsUrl);
    const fetched = await connection.query(soql, { autoFetch: true, maxFetch: 5000 });
    const capped = await connection.query(soql, { autoFetch: true, maxFetch: 2100 });
    const found = await connection
      .sobject("Account")
      .find({ Name: { $like: "Page 000%" }, CreatedDate: { $gte: jsforce.Date.YESTERDAY } }, "Id, Name")
      .sort("-Name")
      .limit(3);
    return {
      first: { size: first.records.length, total: first.totalSize, done: first.done },
      second: { size: second.records.length, done: second.done },
      fetched: fetched.records.length,
      capped: capped.records.length,
      found: names(found),
      count: await connection.sobject("Account").count({ Name: { $like: "Page 00%" } }),
      none: await connection.sobject("Account").findOne({ Name: "Nobody" }),
      csv: await new Promise((resolve, reject) => {
        let text = "";
        connection
          .query("SELECT Id, Name FROM Account WHERE Name = 'Page 0001'")
          .stream("csv")
          .on("data", (chunk) => (text += chunk))
          .on("end", () => resolve(text))
          .on("error", reject);
      }),
      nonsense: await refusal(connection.query("SELECT Id FROM Account WHERE")),
      unknownField: await refusal(connection.query("SELECT Id, Foo FROM Account")),
      badLocator: await refusal(connection.queryMore("01g000000000000AAA-2000")),
    };
  },

  async relations() {
    const connection = connect();
    const parents = await connection
      .sobject("Account")
      .find({ Name: { $like: "Family%" } }, "Id, Name")
      .include("Contacts")
      .select("Id, LastName")
      .sort("LastName")
      .end()
      .include("Opportunities", null, "Id, Name", { limit: 2 })
      .end()
      .sort("Name");
    const starred = await connection.sobject("Contact").select("*, Account.*, Owner.Name").limit(1);
    const upwards = await connection
      .sobject("Contact")
      .find({ "Account.Name": "Family 1" }, { "Account.Name": 1, LastName: 1 })
      .sort("Account.Name -LastName");
    return { parents, starred: starred[0], upwards };
  },

  async longFamily() {
    const soql = "SELECT Id, (SELECT Id, LastName FROM Contacts) FROM Account WHERE Name = 'Family 1'";
    const all = await connect().query(soql).autoFetch(true).execute();
    const first = await connect().query(soql).autoFetch(false).execute();
    const contacts = all.records[0].Contacts;
    return {
      lastNames: contacts.records.map((each) => each.LastName),
      done: contacts.done,
      next: contacts.nextRecordsUrl,
      firstPage: [first.records[0].Contacts.records.length, first.records[0].Contacts.done],
    };
  },

  async deletedRows() {
    const connection = connect();
    const { id } = await connection.sobject("Account").create({ Name: "Deleting" });
    await connection.sobject("Account").destroy(id);
    const soql = `SELECT Id, IsDeleted FROM Account WHERE Id = '${id}'`;
    const visible = await connection.query(soql);
    const all = await connection.query(soql).run({ scanAll: true });
    return { id, visible: visible.totalSize, all: all.records };
  },

  async queryWrites() {
    const accounts = connect().sobject("Account");
    const change = { Name: "${Name} (Updated)", BillingState: null };
    const updated = await accounts.find({ Name: { $like: "Found %" } }).update(change);
    const records = await accounts.find({ Name: { $like: "Found %" } }, "Name, BillingState");
    const nothing = await accounts.find({ CreatedDate: { $lt: new jsforce.SfDate("1970-01-01T00:00:00Z") } }).update(change);
    const destroyed = await accounts.find({ Name: { $like: "Found %" } }).destroy();
    return { updated, records, nothing, destroyed };
  },

  async bulk() {
    const connection = connect();
    connection.bulk2.pollInterval = 50;
    const key = "Key__c";
    const load = (operation, input, more = {}) =>
      connection.bulk2.loadAndWaitForResults({ object: "Account", operation, input, ...more });
    const inserted = await load("insert", [
      { Name: "Bulk 1", NumberOfEmployees: 300, BillingCity: 'Line\nbreak, "quote"', [key]: "b1" },
      { Name: "Bulk 2", NumberOfEmployees: null, BillingCity: "Zoë", [key]: "b2" },
      { BillingCity: "Ulm" },
    ]);
    const ids = inserted.successfulResults.map((each) => each.sf__Id);
    const updated = await load("update", ids.map((Id) => ({ Id, Name: "Bulk updated", NumberOfEmployees: null })));
    const upserted = await load("upsert", [{ [key]: "b1", Name: "Bulk A" }, { [key]: "b3", Name: "Bulk C" }], {
      externalIdFieldName: key,
    });
    const queried = await (await connection.bulk2.query(`SELECT Id, Name, BillingCity FROM Account WHERE ${key} != null ORDER BY ${key}`)).toArray();
    const deleted = await load("delete", ids.map((Id) => ({ Id })));
    const fromText = await load("insert", "Name,BillingCity\nText 1,Ulm\nText 2,Bonn\n");
    return {
      inserted,
      updated,
      upserted,
      queried,
      deleted,
      fromText,
      empty: await load("insert", []),
      deletedToo: (await (await connection.bulk2.query("SELECT Id FROM Account WHERE IsDeleted = true", { scanAll: true })).toArray()).length,
    };
  },

  async bulkPages() {
    const connection = connect();
    connection.bulk2.pollInterval = 50;
    const found = connection.sobject("Account").find({ Name: { $like: "Page %" } });
    const updated = await found.update({ BillingState: "CA" }, { bulkApiVersion: 2, bulkThreshold: 0 });
    const rows = await (await connection.bulk2.query("SELECT Id, Name, BillingState FROM Account WHERE Name LIKE 'Page %'")).toArray();
    const destroyed = await connection
      .sobject("Account")
      .find({ Name: { $like: "Page %" } })
      .destroy({ bulkApiVersion: 2, bulkThreshold: 0 });
    return {
      updated: updated.filter((each) => each.success).length,
      rows: rows.length,
      states: [...new Set(rows.map((each) => each.BillingState))],
      destroyed: destroyed.filter((each) => each.success).length,
    };
  },

  async surroundings() {
    const connection = connect();
    const accounts = connection.sobject("Account");
    await connection.query("SELECT Id, Name FROM Account ORDER BY Name LIMIT 2 FOR VIEW");
    const end = new Date();
    const start = new Date(end - 3 * 60 * 60 * 1000);
    const views = await accounts.listviews();
    const view = accounts.listview(views.listviews[0].id);
    return {
      recent: names(await connection.recent(2)),
      recentAccounts: names(await accounts.recent()),
      updated: (await accounts.updated(start, end)).ids,
      updatedByText: (await accounts.updated(start.toString(), end.toString())).ids,
      deleted: (await accounts.deleted(start, end)).deletedRecords.map((each) => each.id),
      view: await view.describe(),
      viewed: await view.results(),
      plans: [
        (await connection.query("SELECT Id FROM Account").explain()).plans,
        (await view.explain()).plans,
      ],
      tabs: await connection.tabs(),
      theme: await connection.theme(),
      layouts: await accounts.layouts(),
      named: await connection.sobject("User").layouts("UserAlt"),
      compact: await accounts.compactLayouts(),
      approval: await accounts.approvalLayouts(),
      quickActions: await accounts.quickActions(),
      reports: await connection.analytics.reports(),
    };
  },

  async reports() {
    const analytics = connect().analytics;
    const { Id } = await connect().sobject("Report").findOne({ Name: "Lead List Report" }, "Id");
    const report = analytics.report(Id);
    const column = given.companyColumn;
    const filters = [{ column, operator: "contains", value: ", Inc." }];
    const started = await report.executeAsync();
    const plan = (await report.explain()).plans[0];
    const copy = await report.clone("Lead List Report Clone");
    const cloneId = copy.reportMetadata.id;
    await analytics.report(cloneId).destroy();
    return {
      id: Id,
      listed: names((await analytics.reports()).map((each) => ({ Name: each.name }))),
      described: await report.describe(),
      summary: await report.execute(),
      details: await report.execute({ details: true }),
      filtered: await report.execute({ metadata: { reportMetadata: { reportFilters: filters } }, details: true }),
      started,
      instances: (await report.instances()).map((each) => each.id),
      retrieved: await report.instance(started.id).retrieve(),
      plan,
      clone: [cloneId !== Id, copy.reportMetadata.name],
      gone: await refusal(analytics.report(cloneId).describe()),
    };
  },

  async tooling() {
    const tooling = connect().tooling;
    const created = await tooling.sobject("CustomField").create({
      FullName: "Account.Score__c",
      Metadata: { label: "Score", type: "Number", precision: 3, scale: 0, externalId: false },
    });
    const soql = "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField";
    const described = await tooling.sobject("CustomField").describe();
    const found = await tooling.query(soql);
    const read = await tooling.sobject("CustomField").retrieve(created.id);
    await tooling.sobject("CustomField").destroy(created.id);
    return {
      created,
      objects: (await tooling.describeGlobal()).sobjects.map((each) => each.name),
      fields: described.fields.map((each) => each.name),
      found: found.records.map((each) => each.DeveloperName),
      read,
      left: (await tooling.query(soql)).totalSize,
    };
  },

  async refused() {
    const connection = connect();
    return {
      search: await refusal(connection.search("FIND {Acme} IN ALL FIELDS RETURNING Account(Id)")),
      bulkV1: await refusal(connection.bulk.load("Account", "insert", [{ Name: "No" }])),
      metadata: await refusal(connection.metadata.list({ type: "CustomObject" })),
    };
  },

  async lostSession() {
    let refreshed = 0;
    const refreshFn = (_, callback) => {
      refreshed += 1;
      callback(null, given.token);
    };
    const connection = connect({ accessToken: "invalid", refreshFn });
    const answers = await Promise.all([
      connection.query("SELECT Id FROM User"),
      connection.describeGlobal(),
      connection.sobject("User").describe(),
    ]);
    const bulkConnection = connect({ accessToken: "invalid", refreshFn });
    bulkConnection.bulk2.pollInterval = 50;
    const bulk = await bulkConnection.bulk2.loadAndWaitForResults({
      object: "Account",
      operation: "insert",
      input: [{ Name: "After refresh" }],
    });
    const lost = connect({ accessToken: "invalid" });
    return {
      refreshed,
      users: answers[0].totalSize,
      bulk: bulk.successfulResults.length,
      refused: await refusal(lost.query("SELECT Id FROM User")),
      bulkRefused: await refusal(
        lost.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input: [{ Name: "No" }] }),
      ),
    };
  },
};

async function consent(url) {
  const page = await (await fetch(url)).text();
  const fields = new URLSearchParams({ decision: "allow" });
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)) {
    fields.set(name, value.replaceAll("&amp;", "&"));
  }
  const answer = await fetch(`${given.url}/services/oauth2/authorize`, {
    method: "POST",
    body: fields,
    redirect: "manual",
  });
  return new URL(answer.headers.get("location")).searchParams;
}

function application(more = {}) {
  return new jsforce.Connection({
    loginUrl: given.url,
    version: given.version,
    oauth2: {
      loginUrl: given.url,
      clientId: given.clientId,
      clientSecret: given.clientSecret,
      redirectUri: "http://localhost:1717/OauthRedirect",
      ...more,
    },
  });
}

Object.assign(scenarios, {
  async clientCredentials() {
    const connection = application();
    const who = await connection.authorize({ grant_type: "client_credentials" });
    const wrong = application({ clientSecret: "wrong" });
    return {
      who,
      users: (await connection.query("SELECT Id FROM User")).totalSize,
      refused: await refusal(wrong.authorize({ grant_type: "client_credentials" })),
    };
  },

  async usernamePassword() {
    const connection = application();
    const who = await connection.login(given.username, given.password);
    let refreshed = 0;
    connection.on("refresh", () => (refreshed += 1));
    connection.accessToken = "invalid";
    const users = (await connection.query("SELECT Id FROM User")).totalSize;
    const soap = new jsforce.Connection({ loginUrl: given.url, version: given.version });
    return {
      who,
      refreshed,
      users,
      wrong: await refusal(application().login(given.username, "wrong")),
      soap: await refusal(soap.login(given.username, given.password)),
    };
  },

  async webServer() {
    const connection = application({ useVerifier: true });
    const answer = await consent(connection.oauth2.getAuthorizationUrl({ state: "hello", scope: "api refresh_token" }));
    const who = await connection.authorize(answer.get("code"));
    let refreshed = 0;
    connection.on("refresh", () => (refreshed += 1));
    connection.accessToken = "invalid";
    const answers = await Promise.all([connection.query("SELECT Id FROM User"), connection.describeGlobal()]);
    const identity = await connection.identity();
    const { accessToken, instanceUrl } = connection;
    await connection.logout();
    const past = new jsforce.Connection({ accessToken, instanceUrl });
    const revoked = await refusal(past.query("SELECT Id FROM User"));
    const lost = application();
    lost.accessToken = lost.refreshToken = "invalid";
    lost.instanceUrl = given.url;
    return {
      state: answer.get("state"),
      who,
      refreshed,
      users: answers[0].totalSize,
      identity,
      revoked,
      lost: await refusal(lost.query("SELECT Id FROM User")),
      codeAgain: await refusal(application().authorize(answer.get("code"))),
    };
  },
});

scenarios[given.scenario]().then(
  (seen) => console.log(JSON.stringify(seen)),
  (error) => {
    console.error(error, error.data);
    process.exit(1);
  },
);
