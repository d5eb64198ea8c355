-- The signals that the scorecards look at, and how people read their values. One row per subject and signal.
--
-- subject      | person or account.
-- signal       | The signal's name; the column of the lessons that holds it.
-- label        | The name people see.
-- side         | fit (who they are) or engagement (what they do): the two sums of a score.
-- part_of      | The signal that counts this one in: where that is zero, this says no more. Null for most.
-- family       | The first signal of those that say nearly the same; itself where it is alone.
-- lift         | What can be done about it: more (a count that grows), recent (days or weeks since
--                something that may happen today), known (a field that can be filled in); null where nothing
--                can.
-- when_known   | The text of a value; {value} stands for it.
-- when_unknown | The text where it is unknown.
-- when_zero    | The text of 0.
-- when_one     | The text of 1.
-- when_negative | The text of numbers below zero; null where when_known does for them too.
CREATE TABLE icp.signal (
    subject VARCHAR,
    signal VARCHAR,
    label VARCHAR,
    side VARCHAR,
    part_of VARCHAR,
    family VARCHAR,
    lift VARCHAR,
    when_known VARCHAR,
    when_unknown VARCHAR,
    when_zero VARCHAR,
    when_one VARCHAR,
    when_negative VARCHAR
)
