"""The custom fields the demo org declares: where the product's own values may be written."""

from collections.abc import Mapping, Sequence

from sync_project.sandbox.catalog import CustomFieldOptions


def declare_custom_fields() -> Mapping[str, Sequence[CustomFieldOptions]]:
    """All of them by object: score fields on people, propensity on companies."""
    propensity: CustomFieldOptions = {
        "name": "Propensity__c",
        "type": "Text",
        "label": "Propensity",
        "length": 20,
    }
    return {
        "Contact": _person_fields(reasoning="Html"),
        "Lead": [*_person_fields(reasoning="LongTextArea"), propensity],
        "Account": [propensity, _external_id()],
    }


def _person_fields(*, reasoning: str) -> list[CustomFieldOptions]:
    return [
        {"name": "Score__c", "type": "Number", "label": "Score", "precision": 3, "scale": 0},
        {"name": "Score_Level__c", "type": "Text", "label": "Score Level", "length": 10},
        {"name": "Confidence__c", "type": "Number", "label": "Confidence", "precision": 3, "scale": 0},
        {"name": "Top_Signals__c", "type": "Text", "label": "Top Signals", "length": 255},
        {"name": "Reasoning__c", "type": reasoning, "label": "Reasoning", "length": 32_768},
        {"name": "Evaluation_Date__c", "type": "DateTime", "label": "Evaluation Date"},
        _external_id(),
    ]


def _external_id() -> CustomFieldOptions:
    return {
        "name": "Sync_Project_Id__c",
        "type": "Text",
        "label": "Sync Project Id",
        "length": 64,
        "external_id": True,
        "unique": True,
    }
