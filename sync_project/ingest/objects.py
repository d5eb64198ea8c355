"""Which Salesforce objects the staged tables read, and what the tables of any object are called."""

import re

STAGED_OBJECTS = (
    "Account",
    "AccountHistory",
    "Campaign",
    "CampaignMember",
    "CampaignMemberStatus",
    "Contact",
    "ContactHistory",
    "Event",
    "Lead",
    "LeadHistory",
    "Opportunity",
    "OpportunityContactRole",
    "OpportunityFieldHistory",
    "OpportunityHistory",
    "Task",
    "User",
)
"""They have a raw table even where they are not imported."""


def table_name(object_name: str) -> str:
    """The raw table of an object.

    >>> table_name("OpportunityContactRole")
    'raw.opportunity_contact_role'
    """
    return "raw." + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", object_name).lower()
