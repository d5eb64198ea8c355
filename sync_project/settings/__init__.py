"""Every choice a user can make, validated; and the one place that reads the environment."""
