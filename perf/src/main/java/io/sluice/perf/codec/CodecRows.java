package io.sluice.perf.codec;

import io.sluice.perf.Scale;
import io.sluice.perf.jmh.JmhRounds;
import io.sluice.perf.jmh.JmhRows;
import io.sluice.perf.report.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** The wire's codecs beside Jackson's tree model. */
public final class CodecRows implements JmhRows {
    private static final String DECODE_REQUEST = "decode request";
    private static final String READ_REQUEST = "readTree of request";
    private static final String DECODE_VERDICT = "decode verdict";
    private static final String READ_VERDICT = "readTree of verdict";
    private static final String ENCODE_VERDICT = "encode verdict";
    private static final String WRITE_VERDICT = "writeValue of verdict";
    private static final String ENCODE_DECISION = "encode decision";
    private static final String WRITE_DECISION = "writeValue of decision";

    @Override
    public List<Row> run(String scenario, Scale scale) throws RunnerException {
        return JmhRounds.run(scale, List.of(CodecBench.class), rows())
                .rows(
                        scenario,
                        Map.of(
                                DECODE_REQUEST, READ_REQUEST,
                                DECODE_VERDICT, READ_VERDICT,
                                ENCODE_VERDICT, WRITE_VERDICT,
                                ENCODE_DECISION, WRITE_DECISION));
    }

    private static Map<String, String> rows() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("decodeRequest", DECODE_REQUEST);
        rows.put("readRequestTree", READ_REQUEST);
        rows.put("decodeVerdict", DECODE_VERDICT);
        rows.put("readVerdictTree", READ_VERDICT);
        rows.put("encodeVerdict", ENCODE_VERDICT);
        rows.put("writeVerdictTree", WRITE_VERDICT);
        rows.put("encodeDecision", ENCODE_DECISION);
        rows.put("writeDecisionTree", WRITE_DECISION);
        return rows;
    }
}
