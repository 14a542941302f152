package io.sluice.perf.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Each codec and Jackson's tree model over the same bytes. Public and open, since JMH derives from it. */
@State(Scope.Thread)
public class CodecBench {
    private final ObjectMapper mapper = new ObjectMapper();
    private final AdmissionRequest request = BenchRecords.request();
    private final Verdict verdict = BenchRecords.verdict();
    private final Decision decision = BenchRecords.decision();
    private final byte[] key = request.clientId().account().getBytes(StandardCharsets.UTF_8);
    private final byte[] requestBytes = RequestCodec.encode(request.repliedTo(BenchRecords.REPLY));
    private final byte[] verdictBytes = ReplyCodec.encode(verdict, "acme/alice");
    private final byte[] decisionBytes = DecisionCodec.encode(decision);
    private JsonNode verdictTree = mapper.createObjectNode();
    private JsonNode decisionTree = mapper.createObjectNode();

    /** Reads the trees that are written again, and checks that both ways give the same. */
    @Setup
    public void setUp() throws IOException {
        verdictTree = mapper.readTree(verdictBytes);
        decisionTree = mapper.readTree(decisionBytes);
        if (!Arrays.equals(mapper.writeValueAsBytes(verdictTree), verdictBytes)
                || !Arrays.equals(mapper.writeValueAsBytes(decisionTree), decisionBytes)
                || !(decodeRequest() instanceof DecodedRequest.WellFormed)) {
            throw new IllegalStateException("codec and tree differ (expected: the same bytes)");
        }
    }

    @Benchmark
    public DecodedRequest decodeRequest() {
        return RequestCodec.decode(key, requestBytes);
    }

    @Benchmark
    public JsonNode readRequestTree() throws IOException {
        return mapper.readTree(requestBytes);
    }

    @Benchmark
    public Reply decodeVerdict() throws WireException {
        return ReplyCodec.decode(verdictBytes);
    }

    @Benchmark
    public JsonNode readVerdictTree() throws IOException {
        return mapper.readTree(verdictBytes);
    }

    @Benchmark
    public byte[] encodeVerdict() {
        return ReplyCodec.encode(verdict, "acme/alice");
    }

    @Benchmark
    public byte[] writeVerdictTree() throws IOException {
        return mapper.writeValueAsBytes(verdictTree);
    }

    @Benchmark
    public byte[] encodeDecision() {
        return DecisionCodec.encode(decision);
    }

    @Benchmark
    public byte[] writeDecisionTree() throws IOException {
        return mapper.writeValueAsBytes(decisionTree);
    }
}
