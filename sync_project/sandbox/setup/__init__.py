"""What an admin sets up through APIs: custom fields by Tooling, and who may see them."""
