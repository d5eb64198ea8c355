"""The custom fields the demo org declares: where the product's own values may be written."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CustomField:
    """One declared field; the names follow Salesforce's CustomField metadata."""

    full_name: str
    """With its object: ``Lead.Score__c``."""
    type: str
    label: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    external_id: bool = False
    unique: bool = False


PERSON_OBJECTS = ("Contact", "Lead")
LONG_TEXT_LENGTH = 32_768


def declare_custom_fields() -> Sequence[CustomField]:
    """All of them: score fields on people, propensity on companies."""
    of_people = [each for sobject in PERSON_OBJECTS for each in _person_fields(sobject)]
    propensity = [
        CustomField(full_name=f"{sobject}.Propensity__c", type="Text", label="Propensity", length=20)
        for sobject in ("Account", "Lead")
    ]
    return (*of_people, *propensity)


def _person_fields(sobject: str) -> list[CustomField]:
    return [
        CustomField(full_name=f"{sobject}.Score__c", type="Number", label="Score", precision=3, scale=0),
        CustomField(full_name=f"{sobject}.Score_Level__c", type="Text", label="Score Level", length=10),
        CustomField(
            full_name=f"{sobject}.Confidence__c", type="Number", label="Confidence", precision=3, scale=0
        ),
        CustomField(full_name=f"{sobject}.Top_Signals__c", type="Text", label="Top Signals", length=255),
        CustomField(
            full_name=f"{sobject}.Reasoning__c",
            type="Html" if sobject == "Contact" else "LongTextArea",
            label="Reasoning",
            length=LONG_TEXT_LENGTH,
        ),
        CustomField(full_name=f"{sobject}.Evaluation_Date__c", type="DateTime", label="Evaluation Date"),
        CustomField(
            full_name=f"{sobject}.Sync_Project_Id__c",
            type="Text",
            label="Sync Project Id",
            length=64,
            external_id=True,
            unique=True,
        ),
    ]
