-- Every mapped field of every record that the plan decides about: what we want, what Salesforce has.
-- One row per record and mapped field. Values are texts in one spelling per type, so that equal means equal.
--
-- record_type  | Contact, Lead or Account.
-- record_id    | The Salesforce record; null where one would be created.
-- external_id  | Our own id of a record to be created; null where one exists.
-- subject_id   | The person or account whose score it is.
-- operation    | update or create.
-- score        | 0 to 100; the best go first.
-- field        | The Salesforce field.
-- source       | What of ours is mapped to it.
-- rule         | fill_if_empty or overwrite.
-- kind         | number or text: how the value is sent.
-- is_required  | Whether Salesforce refuses a new record without it.
-- is_stamp     | Whether it only says when: written with another field, never alone.
-- wanted       | Our value; null where we have none.
-- shortened_to | The characters our value was cut to; null where it is whole.
-- present      | Salesforce's value at the last import.
-- acknowledged | The value that Salesforce last acknowledged from us; null where none.
-- fault        | Why our value cannot be sent; null where it can.
CREATE TABLE outbound.candidate (
    record_type VARCHAR,
    record_id VARCHAR,
    external_id VARCHAR,
    subject_id VARCHAR,
    operation VARCHAR,
    score BIGINT,
    field VARCHAR,
    source VARCHAR,
    rule VARCHAR,
    kind VARCHAR,
    is_required BOOLEAN,
    is_stamp BOOLEAN,
    wanted VARCHAR,
    shortened_to BIGINT,
    present VARCHAR,
    acknowledged VARCHAR,
    fault VARCHAR
)
