-- The table that connect-jdbc-sink.json writes, and the view that analysts read. Once, as the user of the recipe:
--
--   psql -h 127.0.0.1 -U sluice -d analysts -f examples/analysts/decisions-postgres.sql
--
-- The first three columns are the record's place. They are the key, so a record that is written twice stays one row.
CREATE TABLE IF NOT EXISTS sluice_decisions (
    __connect_topic TEXT NOT NULL,
    __connect_partition INTEGER NOT NULL,
    __connect_offset BIGINT NOT NULL,
    v INTEGER NOT NULL,
    type TEXT,
    decisionId TEXT,
    account TEXT NOT NULL,
    clientId TEXT,
    verdict TEXT,
    outcome TEXT,
    reasonCode TEXT,
    limitId TEXT,
    tier TEXT,
    cost BIGINT,
    remaining BIGINT,
    allowed BIGINT NOT NULL,
    denied BIGINT NOT NULL,
    charged BIGINT NOT NULL,
    rulesetRevision BIGINT,
    decidedAtMillis BIGINT,
    PRIMARY KEY (__connect_topic, __connect_partition, __connect_offset)
);

CREATE INDEX IF NOT EXISTS sluice_decisions_time ON sluice_decisions (decidedAtMillis);

-- Without records of versions that may mean something else by the same names.
CREATE OR REPLACE VIEW decisions AS
SELECT *, to_timestamp(decidedAtMillis / 1000.0) AS decidedAt
FROM sluice_decisions
WHERE v = 1;
