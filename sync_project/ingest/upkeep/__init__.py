"""What no window shows, on schedules of its own: calculated fields, and records that went or came unseen."""
