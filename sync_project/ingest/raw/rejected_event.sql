-- Rows of event files that could not be read; the good rows beside them were kept. One row per file and line.
--
-- file   | The file's name in the events folder.
-- line   | The line in it, header included; for Parquet the row's number; null where the whole file is bad.
-- reason | What is wrong with it, and what is expected.
-- text   | The row, as far as it could be read.
CREATE TABLE raw.rejected_event (
    file VARCHAR,
    line BIGINT,
    reason VARCHAR,
    text VARCHAR
)
