"""What no window of changes shows, on schedules of its own: calculated fields, and records that are gone."""
