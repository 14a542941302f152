package io.sluice.perf.jmh;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.codec.CodecBench;
import io.sluice.perf.engine.EvaluationBench;
import io.sluice.perf.engine.LedgerBench;
import io.sluice.perf.engine.MatchingBench;
import io.sluice.perf.engine.PeerBench;
import io.sluice.perf.report.Row;
import io.sluice.perf.store.StoreBench;
import io.sluice.perf.traces.TraceBench;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;

/**
 * A family of micro benchmarks as a scenario: by name, or all with {@code jmh}. They take too long for a standard run.
 */
public record MicroBenchmarks(String name, List<Class<?>> classes, List<Figure> figures) implements Scenario {
    /** The ledger and the matching of rules, beside limiters that live in memory. */
    public static final MicroBenchmarks ENGINE = new MicroBenchmarks(
            "engine",
            List.of(PeerBench.class, EvaluationBench.class, LedgerBench.class, MatchingBench.class),
            List.of(
                    Figure.of("hashMap", "HashMap look-up"),
                    Figure.of("locked", "locked array bucket"),
                    Figure.of("bucket4jTry", "Bucket4j tryConsume"),
                    Figure.of("bucket4jProbe", "Bucket4j tryConsumeAndReturnRemaining"),
                    new Figure("evaluate:1", "arithmetic of one limit", "locked array bucket"),
                    new Figure("evaluate:4", "arithmetic of four limits", "arithmetic of one limit"),
                    new Figure("admit:1", "Sluice, one limit", "Bucket4j tryConsume"),
                    new Figure("admit:4", "Sluice, four limits", "Sluice, one limit"),
                    new Figure("match:1", "matching, 1 limit", "HashMap look-up"),
                    new Figure("match:100", "matching, 100 limits", "matching, 1 limit"),
                    new Figure("match:10000", "matching, 10,000 limits", "matching, 1 limit")));

    /** The wire's codecs beside Jackson's tree model. */
    public static final MicroBenchmarks CODEC = new MicroBenchmarks(
            "codec",
            List.of(CodecBench.class),
            List.of(
                    new Figure("decodeRequest", "decode request", "readTree of request"),
                    Figure.of("readRequestTree", "readTree of request"),
                    new Figure("decodeVerdict", "decode verdict", "readTree of verdict"),
                    Figure.of("readVerdictTree", "readTree of verdict"),
                    new Figure("encodeVerdict", "encode verdict", "writeValue of verdict"),
                    Figure.of("writeVerdictTree", "writeValue of verdict"),
                    new Figure("encodeDecision", "encode decision", "writeValue of decision"),
                    Figure.of("writeDecisionTree", "writeValue of decision")));

    /** The layout of keys and values in the state store. */
    public static final MicroBenchmarks STORE = new MicroBenchmarks(
            "store",
            List.of(StoreBench.class),
            List.of(Figure.of("readBucket", "read bucket"), Figure.of("writeBucket", "write bucket")));

    /** An admission without spans beside the same with them. */
    public static final MicroBenchmarks TRACES = new MicroBenchmarks(
            "traces",
            List.of(TraceBench.class),
            List.of(
                    Figure.of("admit:off", "admission, traces off"),
                    new Figure("admit:0", "admission, traces on, none sampled", "admission, traces off"),
                    new Figure("admit:1", "admission, traces on, 1 % sampled", "admission, traces off"),
                    new Figure("admit:100", "admission, traces on, all sampled", "admission, traces off")));

    /**
     * The figure of one benchmark.
     *
     * @param method {@code method} or {@code method:parameter}
     * @param row its name in the report
     * @param baseline the row that it is compared with; null for none
     */
    public record Figure(
            String method, String row, @Nullable String baseline) {
        static Figure of(String method, String row) {
            return new Figure(method, row, null);
        }
    }

    @Override
    public Listing listing() {
        return Listing.of("jmh", name).onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws RunnerException {
        return JmhRounds.run(setting.scale(), classes, figures).rows("jmh " + name);
    }
}
