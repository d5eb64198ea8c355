-- The records that belong, or once belonged, to each audience. One row per audience and record.
--
-- audience    | The audience's name in the settings.
-- record_id   | Salesforce Id, 18 characters.
-- object_name | Its object, such as Contact.
-- added_at    | When it was first seen in the audience (UTC).
-- left_at     | When it was first seen to have left (UTC); null while it belongs to it.
-- Nobody leaves by a read that Salesforce cut. An audience that goes from the settings is left by all.
CREATE TABLE raw.audience_member (
    audience VARCHAR,
    record_id VARCHAR,
    object_name VARCHAR,
    added_at TIMESTAMP,
    left_at TIMESTAMP
)
