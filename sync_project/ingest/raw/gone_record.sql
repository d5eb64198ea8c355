-- Records that the org holds no more, or no more for us. One row per record and time it was found gone.
--
-- object_name | Salesforce object.
-- record_id   | Its Id.
-- reason      | hard_deleted, or left_filter where it no longer meets the object's pull filter.
-- found_at    | When it was found gone (UTC).
CREATE TABLE raw.gone_record (
    object_name VARCHAR,
    record_id VARCHAR,
    reason VARCHAR,
    found_at TIMESTAMP
)
