"""The order in which accounts win, for whoever sorts them: what matched.account_standing does in SQL."""

FROM_GREATEST = {
    "is_owner_active": True,
    "is_customer": True,
    "has_open_pipeline": True,
    "is_top": True,
    "contact_count": True,
    "created_at": False,
    "account_id": False,
}
"""Column to whether it sorts from the greatest."""
TIE_BREAKS = (
    "owner_active", "customer", "open_pipeline", "top_of_hierarchy", "contact_count", "oldest", "smallest_id",
)  # fmt: skip
"""What each column is called where it decides."""
