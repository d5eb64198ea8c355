"""Which Salesforce objects come in, and what their tables are called."""

import re

OBJECTS = (
    "Account",
    "Campaign",
    "CampaignMember",
    "CampaignMemberStatus",
    "Contact",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "Task",
    "User",
)


def table_name(object_name: str) -> str:
    """The raw table of an object.

    >>> table_name("OpportunityContactRole")
    'raw.opportunity_contact_role'
    """
    return "raw." + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", object_name).lower()
