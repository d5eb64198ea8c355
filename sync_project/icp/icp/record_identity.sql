-- Whom each Contact and Lead record stands for, so that what hangs on the record counts for that person and
-- company: the person's own record, a converted lead, or one that was merged away.
-- One row per record that leads to somebody we know.
--
-- record_id  | The Contact or Lead.
-- identity   | What makes something this person's, as in icp.person_profile.
-- company_id | The person's account, or organisation of ours; null where neither is known.
SELECT
    profile.person_id AS record_id,
    profile.identity,
    affiliation.company_id
FROM icp.person_profile AS profile
LEFT JOIN matched.record_redirect AS redirect ON profile.person_id = redirect.record_id
LEFT JOIN matched.affiliation AS affiliation
    ON coalesce(redirect.final_record_id, profile.person_id) = affiliation.person_id
UNION ALL
SELECT
    redirect.record_id,
    successor.identity,
    affiliation.company_id
FROM matched.record_redirect AS redirect
INNER JOIN icp.person_profile AS successor ON redirect.final_record_id = successor.person_id
LEFT JOIN icp.person_profile AS own ON redirect.record_id = own.person_id
LEFT JOIN matched.affiliation AS affiliation ON redirect.final_record_id = affiliation.person_id
WHERE own.person_id IS NULL
