-- Rows of event sources that could not be read; the good rows beside them were kept. One row per file and
-- line; of a database those of its last answer.
--
-- source | The source's name in the settings.
-- file   | The file's name in the folder of the source; null for a database.
-- line   | The line in it, header included; for Parquet and databases the row's number; null where the whole
--          file is bad.
-- reason | What is wrong with it, and what is expected.
-- text   | The row as it stands in the file; for Parquet and databases our columns of it as JSON.
CREATE TABLE raw.rejected_event (
    source VARCHAR,
    file VARCHAR,
    line BIGINT,
    reason VARCHAR,
    text VARCHAR
)
