-- The member statuses each campaign allows. One row per campaign and status that is not deleted.
--
-- campaign_member_status_id | Salesforce CampaignMemberStatus Id.
-- campaign_id               | The campaign.
-- label                     | The status as members carry it.
-- sort_order                | Its place in the campaign's list.
-- is_default                | Whether new members get it.
-- has_responded             | Whether it counts as a response.
SELECT
    Id AS campaign_member_status_id,
    CampaignId AS campaign_id,
    Label AS label,
    CAST(SortOrder AS BIGINT) AS sort_order,
    IsDefault AS is_default,
    HasResponded AS has_responded
FROM raw.campaign_member_status
WHERE NOT IsDeleted
