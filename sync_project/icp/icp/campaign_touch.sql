-- Who was in which campaign: the campaign members that are somebody we know, deleted ones up to their
-- deletion. One row per campaign member and span in which it was there.
--
-- campaign_member_id | The member.
-- campaign_id        | The campaign.
-- identity           | Whose it is, as in icp.record_identity.
-- company_id         | The person's account, or organisation of ours; null where neither is known.
-- happened_at        | When the member was added (UTC).
-- responded_date     | The day of the first response; null where there was none.
-- restored_at        | From when on it was there again, as in icp.existence; null for most.
-- deleted_at         | Until when it was there, as in icp.existence; null where it is there now.
WITH version AS (
    SELECT
        Id AS campaign_member_id,
        CampaignId AS campaign_id,
        coalesce(ContactId, LeadId) AS record_id,
        CAST(CreatedDate AS TIMESTAMP) AS happened_at,
        CAST(FirstRespondedDate AS DATE) AS responded_date,
        row_number() OVER (
            PARTITION BY Id
            ORDER BY
                coalesce(IsDeleted, FALSE) ASC,
                coalesce(valid_to, TIMESTAMP '9999-12-31') DESC,
                valid_from DESC
        ) AS place
    FROM history.campaign_member
)

SELECT
    member.campaign_member_id,
    member.campaign_id,
    person.identity,
    person.company_id,
    member.happened_at,
    member.responded_date,
    existence.restored_at,
    existence.deleted_at
FROM version AS member
INNER JOIN icp.record_identity AS person ON member.record_id = person.record_id
LEFT JOIN icp.existence AS existence ON member.campaign_member_id = existence.record_id
WHERE member.place = 1
