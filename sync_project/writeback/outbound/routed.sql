-- Whom the filters of the settings let through. One row per record type and scored subject that meets the
-- filter of the type: everybody where there is none. outbound.target says who of them is written.
--
-- record_type | Contact, Lead or Account.
-- subject_id  | The person, the account or the organisation. A visitor meets the filters of Contact and Lead
--               each by itself, since it may become either.
CREATE TABLE outbound.routed (
    record_type VARCHAR,
    subject_id VARCHAR
)
