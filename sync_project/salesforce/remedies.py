"""What a person can do about each of Salesforce's error codes; the activity log shows these sentences.

Salesforce's literal codes are longer and more numerous than any list of them, such as
``INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY``: a code is classified by the longest prefix known here.
"""

from collections.abc import Sequence

_REMEDIES = {
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": "Mend the record rejected beside it; this one is right.",
    "API_CURRENTLY_DISABLED": "Salesforce has switched this API off for the org for now: try again later.",
    "API_DISABLED_FOR_ORG": "Give the integration user 'API Enabled', in an edition that has it.",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "A flow failed on this record: ask its owner, the message names it.",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "A trigger or flow failed: ask its owner, the message names it.",
    "CANNOT_UPDATE_CONVERTED_LEAD": "The lead was converted: its contact takes the values at the next run.",
    "DELETE_FAILED": "Another record needs this one; the message names it.",
    "DUPLICATE": "Merge the duplicate in Salesforce, or make {fields} distinct.",
    "DUPLICATES_DETECTED": "A duplicate rule found the same person or company: use or merge that one.",
    "DUPLICATE_EXTERNAL_ID": "Several records hold this external id: make {fields} unique in Salesforce.",
    "ENTITY_IS_DELETED": "The record was deleted in Salesforce: the next import drops it here.",
    "ENTITY_IS_LOCKED": "An approval process locks the record: finish the approval first.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule refuses it: supply what its message asks for.",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "A lookup filter refuses the value of {fields}: choose another.",
    "FIELD_INTEGRITY_EXCEPTION": "The value of {fields} contradicts the rest of the record: correct it.",
    "FUNCTIONALITY_NOT_ENABLED": "Switch the feature on in the org's Setup, or switch the sync of it off.",
    "INACTIVE_OWNER_OR_USER": "The owner is inactive in Salesforce: give the record an active owner.",
    "INSUFFICIENT_ACCESS": "Give the integration user access to the record by a permission set.",
    "INVALID_CROSS_REFERENCE": "The record that {fields} points to is not there: check its id, import again.",
    "INVALID_EMAIL_ADDRESS": "Correct the email address in {fields}.",
    "INVALID_FIELD": "{fields} does not exist or is hidden: create it, or correct the mapping.",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "Grant the integration user edit access to {fields}, or unmap it.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "Add the value to the picklist {fields}, or map another.",
    "INVALID_SESSION_ID": "Check the app's session policy and allowed IP addresses, run again.",
    "INVALID_TYPE": "The object is missing or hidden from the integration user: grant access.",
    "INVALID_TYPE_ON_FIELD_IN_RECORD": "The value has another type than {fields}: correct the mapping.",
    "JSON_PARSER_ERROR": "The value has another type than {fields}: correct the mapping.",
    "LIMIT_EXCEEDED": "A limit of the org is reached: the message names it; free it or try again later.",
    "INVALID_QUERY": "Correct the query: the message says what is wrong with it.",
    "MALFORMED_ID": "The value of {fields} is no id of the right object: correct the mapping.",
    "MALFORMED_QUERY": "Correct the query: the message shows where it breaks off.",
    "NOT_FOUND": "It is not in the org, or not any more: check the name, and import again.",
    "NOT_SENT": "Correct the value of {fields}: Salesforce has no way to express it.",
    "NUMBER_OUTSIDE_VALID_RANGE": "The number is too large for {fields}: widen the field or scale it.",
    "OUTCOME_UNKNOWN": "The answer was lost: the next run reads the record back and decides.",
    "QUERY_TIMEOUT": "The query took Salesforce too long: read fewer rows or fields at a time.",
    "REQUEST_LIMIT_EXCEEDED": "The org's API calls of the last 24 hours are used up: run again later, "
    "or raise the allowance.",
    "REQUIRED_FIELD_MISSING": "Supply {fields}: map it, or give it a default value.",
    "STORAGE_LIMIT_EXCEEDED": "The org's data storage is full: free some, or buy more.",
    "STRING_TOO_LONG": "Shorten {fields}, or lengthen the field in Salesforce.",
    "TOO_MANY_RECORDS": "Salesforce refuses so many records at once: send fewer.",
    "UNABLE_TO_LOCK_ROW": "Another process was changing the record: the next run sends it again.",
    "UNPROCESSED": "The bulk job ended before this record's turn: the next run sends it again.",
}

_UNKNOWN = "Look the code up in Salesforce's API documentation; the message says what it refused."


def remedy_for(code: str, fields: Sequence[str] = ()) -> str:
    """One sentence: what to do about a code; a general one for a code that no prefix covers.

    >>> remedy_for("STRING_TOO_LONG", ["Title"])
    'Shorten Title, or lengthen the field in Salesforce.'
    >>> remedy_for("INVALID_CROSS_REFERENCE_KEY")
    'The record that the field points to is not there: check its id, import again.'
    """
    known = [prefix for prefix in _REMEDIES if code.startswith(prefix)]
    if not known:
        return _UNKNOWN
    text = _REMEDIES[max(known, key=len)].format(fields=", ".join(fields) or "the field")
    return text[0].upper() + text[1:]
