"""Who is who, and which company: domains, emails, the account of a person, duplicates."""
