-- Deals that are not decided yet, and whom they count for. One row per open opportunity.
--
-- opportunity_id | The deal.
-- account_id     | The account it is with, after merges; null where none is.
-- person_id      | Its first contact, as in icp.first_contact; null where none is.
-- amount         | Amount in the org's currency; null where nobody gave one.
SELECT
    opportunity.opportunity_id,
    coalesce(redirect.final_record_id, opportunity.account_id) AS account_id,
    contact.person_id,
    opportunity.amount
FROM staged.opportunity AS opportunity
LEFT JOIN matched.record_redirect AS redirect ON opportunity.account_id = redirect.record_id
LEFT JOIN icp.first_contact AS contact ON opportunity.opportunity_id = contact.opportunity_id
WHERE NOT opportunity.is_closed
