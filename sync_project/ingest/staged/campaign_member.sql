-- Who was in which campaign. One row per member that is not deleted.
--
-- campaign_member_id | Salesforce CampaignMember Id.
-- campaign_id        | The campaign.
-- lead_id            | The member, where a lead.
-- contact_id         | The member, where a contact.
-- status             | Member status, from the campaign's own list.
-- has_responded      | Whether that status counts as a response.
-- responded_date     | The day of the first response.
-- created_at         | When the member was added (UTC).
SELECT
    Id AS campaign_member_id,
    CampaignId AS campaign_id,
    LeadId AS lead_id,
    ContactId AS contact_id,
    Status AS status,
    HasResponded AS has_responded,
    CAST(FirstRespondedDate AS DATE) AS responded_date,
    CAST(CreatedDate AS TIMESTAMP) AS created_at
FROM raw.campaign_member
WHERE NOT IsDeleted
