// Signs in with an access token and says who it is and what the org offers.
const jsforce = require("jsforce");

const { url, token, version } = JSON.parse(process.argv[2]);

async function main() {
  const connection = new jsforce.Connection({ instanceUrl: url, accessToken: token, version });
  const identity = await connection.identity();
  const limits = await connection.limits();
  const described = await connection.describeGlobal();
  console.log(
    JSON.stringify({
      userId: identity.user_id,
      organizationId: identity.organization_id,
      limits: Object.keys(limits),
      usage: connection.limitInfo.apiUsage,
      objects: described.sobjects.map((each) => each.name),
    }),
  );
}

main();
