-- Who of several people comes first: the one whose record is linked, then by matched.person_order.
-- One row per person.
--
-- person_id | A person of matched.person.
-- is_linked | Whether the person's address is linked to this record in matched.record_link.
-- standing  | 1 for who comes before every other.
SELECT
    person_order.person_id,
    record_link.record_id IS NOT NULL AS is_linked,
    row_number() OVER (
        ORDER BY
            CASE WHEN record_link.record_id IS NULL THEN 2 ELSE 1 END ASC,
            person_order.place ASC
    ) AS standing
FROM matched.person_order AS person_order
LEFT JOIN matched.record_link AS record_link ON person_order.person_id = record_link.record_id
