"""What an admin sets up through the Tooling API: custom fields."""
