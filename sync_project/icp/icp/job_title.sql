-- What each job title says: how senior its holder is, and what the person works in.
-- One row per distinct title that a person has, or had as far as the imports or the org's history know.
--
-- title     | The title as it is stored.
-- seniority | executive, vice president, director, manager or other; whoever assists somebody, or owns a
--              product, has not that one's rank.
-- function  | engineering, IT, marketing, sales, finance, operations, HR, legal, product, general management
--             or other: the first of these that a word of the title names, heads of a company last.
WITH known AS (
    SELECT title
    FROM matched.person
    UNION
    SELECT Title AS title
    FROM raw.contact
    UNION
    SELECT Title AS title
    FROM raw.lead
    UNION
    SELECT Title AS title
    FROM history.contact_past
    UNION
    SELECT Title AS title
    FROM history.lead_past
    UNION
    SELECT old_value AS title
    FROM staged.field_change
    WHERE field = 'Title'
),

spelled AS (
    SELECT
        title,
        trim(lower(title)) AS words,
        regexp_replace(
            trim(lower(title)),
            '\b(product|process|data|system) owner\b|\b(assistant|secretary|advisor) (to|of)\b.*',
            ''
        ) AS own_words
    FROM known
    WHERE trim(title) <> ''
)

SELECT
    title,
    CASE
        WHEN
            regexp_matches(own_words, '\b(chief|ceo|cto|cfo|coo|cmo|cio|cro|cpo|founder|owner|president)\b')
            AND NOT regexp_matches(own_words, '\bvice[ -]president\b')
            THEN 'executive'
        WHEN regexp_matches(own_words, '\b(vp|svp|evp|vice[ -]?president)\b') THEN 'vice president'
        WHEN regexp_matches(own_words, '\b(director|head)\b') THEN 'director'
        WHEN regexp_matches(own_words, '\b(manager|supervisor|(team|tech|technical|group) lead)\b|\blead$')
            THEN 'manager'
        ELSE 'other'
    END AS seniority,
    CASE
        WHEN regexp_matches(words, '\b(legal|counsel|lawyer|attorney|paralegal|compliance)\b') THEN 'legal'
        WHEN regexp_matches(words, '\b(hr|chro|people|talent|recruit\w*|human resources|payroll)\b') THEN 'HR'
        WHEN regexp_matches(words, '\b(marketing|cmo|brand|content|seo|communications?|growth)\b')
            THEN 'marketing'
        WHEN
            regexp_matches(words, '\b(cfo|financ\w*|account(ant|ing)|controll(er|ing)|treasur\w*|audit\w*)\b')
            THEN 'finance'
        WHEN
            regexp_matches(
                words,
                '\b(it|cio|ciso|information|systems?|network|infrastructure|administrator|security)\b'
            )
            THEN 'IT'
        WHEN regexp_matches(words, '\b(product|cpo)\b') THEN 'product'
        WHEN regexp_matches(words, '\b(sales|cro|revenue|account manager|business development)\b')
            THEN 'sales'
        WHEN
            regexp_matches(
                words,
                '\b(engineer\w*|develop\w*|software|cto|technolog\w*|technical|architect|data|research\w*)\b'
            )
            THEN 'engineering'
        WHEN
            regexp_matches(
                words,
                '\b(coo|operat(ions?|ing)|logistics|supply|procurement|purchas\w*|buyer|plant|production)\b'
            )
            THEN 'operations'
        WHEN
            regexp_matches(own_words, '\b(ceo|chief executive|founder|owner|president|managing|general)\b')
            AND NOT regexp_matches(own_words, '\bvice[ -]president\b')
            THEN 'general management'
        ELSE 'other'
    END AS function
FROM spelled
