-- A day of decisions in DuckDB: who was denied, by which limit, hour by hour.
--
--   kcat -C -b 127.0.0.1:9092 -t sluice.decisions.v1 -X isolation.level=read_committed -o beginning -e -q \
--       > decisions.jsonl
--   python3 -m pip install duckdb==2.0.1
--   python3 -c 'import duckdb; print(duckdb.sql(open("examples/analysts/day.sql").read()))'
--
-- Only the columns that are named are read. A record of another version, or one that is broken, is left out.
WITH decisions AS (
    SELECT *
    FROM read_json(
        'decisions.jsonl',
        format = 'newline_delimited',
        ignore_errors = true,
        columns = {
            v: 'INTEGER',
            type: 'VARCHAR',
            account: 'VARCHAR',
            clientId: 'VARCHAR',
            limitId: 'VARCHAR',
            reasonCode: 'VARCHAR',
            allowed: 'BIGINT',
            denied: 'BIGINT',
            charged: 'BIGINT',
            decidedAtMillis: 'BIGINT'
        })
    WHERE v = 1
)
SELECT
    strftime(date_trunc('hour', make_timestamp(decidedAtMillis * 1000)), '%Y-%m-%d %H:00') AS hour,
    account,
    coalesce(CASE WHEN denied > 0 THEN limitId END, '') AS refused_by,
    sum(allowed)::BIGINT AS allowed,
    sum(denied)::BIGINT AS denied,
    sum(charged)::BIGINT AS charged
FROM decisions
GROUP BY ALL
ORDER BY denied DESC, hour, account, refused_by
LIMIT 20;
