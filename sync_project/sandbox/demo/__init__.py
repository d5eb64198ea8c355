"""The demo org: a made-up company's Salesforce, drawn from a seed, with known truth and known mess."""
