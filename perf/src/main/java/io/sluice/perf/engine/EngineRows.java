package io.sluice.perf.engine;

import io.sluice.perf.Scale;
import io.sluice.perf.jmh.JmhRounds;
import io.sluice.perf.jmh.JmhRows;
import io.sluice.perf.report.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** The ledger and the matching of rules, beside limiters that live in memory. */
public final class EngineRows implements JmhRows {
    private static final String HASH_MAP = "HashMap look-up";
    private static final String LOCKED = "locked array bucket";
    private static final String BUCKET4J = "Bucket4j tryConsume";
    private static final String BUCKET4J_PROBE = "Bucket4j tryConsumeAndReturnRemaining";
    private static final String EVALUATE_1 = "arithmetic of one limit";
    private static final String EVALUATE_4 = "arithmetic of four limits";
    private static final String ONE_LIMIT = "Sluice, one limit";
    private static final String FOUR_LIMITS = "Sluice, four limits";
    private static final String MATCH_1 = "matching, 1 limit";
    private static final String MATCH_100 = "matching, 100 limits";
    private static final String MATCH_10000 = "matching, 10,000 limits";

    @Override
    public List<Row> run(String scenario, Scale scale) throws RunnerException {
        JmhRounds rounds = JmhRounds.run(
                scale, List.of(PeerBench.class, EvaluationBench.class, LedgerBench.class, MatchingBench.class), rows());
        return rounds.rows(
                scenario,
                Map.ofEntries(
                        Map.entry(EVALUATE_1, LOCKED),
                        Map.entry(EVALUATE_4, EVALUATE_1),
                        Map.entry(ONE_LIMIT, BUCKET4J),
                        Map.entry(FOUR_LIMITS, ONE_LIMIT),
                        Map.entry(MATCH_1, HASH_MAP),
                        Map.entry(MATCH_100, MATCH_1),
                        Map.entry(MATCH_10000, MATCH_1)));
    }

    private static Map<String, String> rows() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("hashMap", HASH_MAP);
        rows.put("locked", LOCKED);
        rows.put("bucket4jTry", BUCKET4J);
        rows.put("bucket4jProbe", BUCKET4J_PROBE);
        rows.put("evaluate:1", EVALUATE_1);
        rows.put("evaluate:4", EVALUATE_4);
        rows.put("admit:1", ONE_LIMIT);
        rows.put("admit:4", FOUR_LIMITS);
        rows.put("match:1", MATCH_1);
        rows.put("match:100", MATCH_100);
        rows.put("match:10000", MATCH_10000);
        return rows;
    }
}
