-- What a person said of people and of addresses, for whoever has the record now: a correction goes with its
-- record through merges and conversions. One row per line of matched.override of kind person or email.
--
-- line       | The line in the overrides file.
-- kind       | person or email.
-- key        | The person of matched.person, or the address.
-- account_id | The account it gives; null where it says that there is none, or names one that is gone.
-- place      | 1 for the correction that counts where a key has several: what is said of the person itself
--              before what was said of a record that went into it, then the first line. Null where it decides
--              nothing here: it names an account that is gone, or the record whose address it is.
WITH followed AS (
    SELECT
        override.line,
        override.kind,
        coalesce(went.final_record_id, override.key) AS key,
        went.record_id IS NOT NULL AS has_gone,
        account.account_id,
        account.account_id IS NOT NULL OR override.target_id IS NULL AS decides
    FROM matched.override AS override
    LEFT JOIN matched.record_redirect AS went ON override.key = went.record_id
    LEFT JOIN staged.account AS account ON override.target_id = account.account_id
    WHERE override.kind IN ('person', 'email')
)

SELECT
    line,
    kind,
    key,
    account_id,
    CASE
        WHEN decides THEN row_number() OVER (PARTITION BY kind, key, decides ORDER BY has_gone ASC, line ASC)
    END AS place
FROM followed
