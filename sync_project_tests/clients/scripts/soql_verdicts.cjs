// Which of the queries in a JSON file the parser takes for valid: a JSON array of booleans.
const { readFileSync } = require("node:fs");
const { isQueryValid } = require("@jetstreamapp/soql-parser-js");

const queries = JSON.parse(readFileSync(JSON.parse(process.argv[2]), "utf8"));
console.log(JSON.stringify(queries.map((soql) => isQueryValid(soql))));
