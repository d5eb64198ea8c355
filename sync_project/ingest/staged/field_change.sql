-- Every change of a field whose history the org tracks, of accounts, contacts, leads and opportunities.
-- One row per change; events that are no change of a field, such as created, are rows without values.
-- Salesforce writes the change of a reference twice, once with names and once with ids: only the ids are
-- here, and under the field's own name. Of a text of more than 255 characters or several picklist values
-- it keeps that it changed, not the values. Changes of deleted records are here too.
--
-- change_id   | Id of Salesforce's history row.
-- object_name | Account, Contact, Lead or Opportunity.
-- record_id   | The record that changed.
-- field       | The field's API name, such as Industry or OwnerId.
-- old_value   | The value before as text; null where it was empty.
-- new_value   | The value after as text; null where it is empty.
-- changed_at  | When it changed (UTC).
WITH history AS (
    SELECT
        'Account' AS object_name,
        AccountId AS record_id,
        Id,
        Field,
        DataType,
        OldValue,
        NewValue,
        CreatedDate
    FROM raw.account_history
    UNION ALL
    SELECT
        'Contact' AS object_name,
        ContactId AS record_id,
        Id,
        Field,
        DataType,
        OldValue,
        NewValue,
        CreatedDate
    FROM raw.contact_history
    UNION ALL
    SELECT
        'Lead' AS object_name,
        LeadId AS record_id,
        Id,
        Field,
        DataType,
        OldValue,
        NewValue,
        CreatedDate
    FROM raw.lead_history
    UNION ALL
    SELECT
        'Opportunity' AS object_name,
        OpportunityId AS record_id,
        Id,
        Field,
        DataType,
        OldValue,
        NewValue,
        CreatedDate
    FROM raw.opportunity_field_history
),

with_ids AS (
    SELECT DISTINCT
        record_id,
        Field,
        CreatedDate
    FROM history
    WHERE DataType = 'EntityId'
)

SELECT
    history.Id AS change_id,
    history.object_name,
    history.record_id,
    CASE
        WHEN history.DataType = 'EntityId' AND history.Field NOT LIKE '%\_\_c' ESCAPE '\'
            THEN history.Field || 'Id'
        ELSE history.Field
    END AS field,
    history.OldValue AS old_value,
    history.NewValue AS new_value,
    CAST(history.CreatedDate AS TIMESTAMP) AS changed_at
FROM history
LEFT JOIN with_ids
    ON
        history.record_id = with_ids.record_id
        AND history.Field = with_ids.Field
        AND history.CreatedDate = with_ids.CreatedDate
WHERE history.DataType = 'EntityId' OR with_ids.record_id IS NULL
