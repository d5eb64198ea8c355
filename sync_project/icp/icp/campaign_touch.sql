-- Who was in which campaign: the members of staged.campaign_member that are somebody we know.
-- One row per campaign member.
--
-- campaign_member_id | The member.
-- campaign_id        | The campaign.
-- identity           | Whose it is, as in icp.record_identity.
-- company_id         | The person's account, or organisation of ours; null where neither is known.
-- happened_at        | When the member was added (UTC).
-- responded_date     | The day of the first response; null where there was none.
SELECT
    member.campaign_member_id,
    member.campaign_id,
    person.identity,
    person.company_id,
    member.created_at AS happened_at,
    member.responded_date
FROM staged.campaign_member AS member
INNER JOIN icp.record_identity AS person ON coalesce(member.contact_id, member.lead_id) = person.record_id
