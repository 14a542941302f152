package io.sluice.schemas.contract;

import static io.sluice.schemas.contract.JsonSchemas.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the code accepts of leases and lease reports is what the JSON Schemas say. */
final class LeaseSchemaTest {
    private static final String LEASE =
            "{'v':1,'type':'lease','clientId':'acme','reply':{'partition':3,'correlationId':'c'},";
    private static final String LEASE_REPORT = "{'v':1,'type':'lease-report','clientId':'acme',";
    private static final String GRANT = "{'v':1,'type':'lease','correlationId':'c','decisionId':'3-30',"
            + "'rulesetRevision':7,'tier':'free','reasonCode':'not-leasable','reason':'r','decidedAtMillis':1,"
            + "'replayed':false,'limits':[],";
    private static final String RECORD =
            "{'v':1,'type':'lease-report','account':'acme','clientId':'acme','rulesetRevision':7,'decidedAtMillis':1,"
                    + "'charged':0,";
    private static final String LIMIT = "limits: [{id: a, scope: client, rate: {tokens: 1, per: 1s}, exact: ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                LEASE + "'prefetch':1,'ttlMillis':1}",
                LEASE + "'cost':1,'ttlMillis':60000}",
                LEASE
                        + "'cost':1000000000,'prefetch':0,'ttlMillis':1,'priority':'low','exact':false,"
                        + "'maxWaitMillis':0}",
                LEASE + "'prefetch':1000000000,'ttlMillis':1,'requestId':'r','attributes':{'a':'b'}}",
                LEASE_REPORT + "'leaseId':'0-0','spent':0}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1000000000,'allowed':1000000000,'denied':1000000000}",
                LEASE_REPORT + "'denied':1,'cost':0,'spent':0,'allowed':0}",
                "{'v':1,'clientId':'acme','exact':true}",
                "{'v':1,'clientId':'acme','exact':false}"
            })
    void shouldBeAcceptedByBoth_whenValid(String request) throws Exception {
        assertThat(decoded(request)).isInstanceOf(DecodedRequest.WellFormed.class);
        assertThat(schema("request.v1.json").validate(json(request), InputFormat.JSON))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':1,'type':'lease','clientId':'acme','prefetch':1,'ttlMillis':1}",
                "{'v':1,'type':'lease','prefetch':1,'ttlMillis':1,'reply':{'partition':3,'correlationId':'c'}}",
                LEASE + "'prefetch':1}",
                LEASE + "'ttlMillis':1}",
                LEASE + "'cost':0,'prefetch':0,'ttlMillis':1}",
                LEASE + "'prefetch':-1,'cost':5,'ttlMillis':1}",
                LEASE + "'prefetch':1000000001,'ttlMillis':1}",
                LEASE + "'cost':1000000001,'ttlMillis':1}",
                LEASE + "'prefetch':1,'ttlMillis':0}",
                LEASE + "'prefetch':1,'ttlMillis':60001}",
                LEASE + "'prefetch':1,'ttlMillis':1,'reserve':{'ttlMillis':5}}",
                LEASE + "'prefetch':1,'ttlMillis':1,'maxWaitMillis':5}",
                LEASE + "'prefetch':1,'ttlMillis':1,'idempotencyKey':'k'}",
                LEASE + "'prefetch':1,'ttlMillis':1,'exact':true}",
                LEASE + "'prefetch':1,'ttlMillis':1,'unknown':[{}]}",
                LEASE + "'prefetch':1,'ttlMillis':1,'spent':1}",
                LEASE_REPORT + "'leaseId':'0-0','spent':0,'prefetch':1}",
                LEASE_REPORT + "'leaseId':'3-30'}",
                LEASE_REPORT + "'leaseId':'30','spent':1}",
                LEASE_REPORT + "'leaseId':'3-30','spent':-1}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1000000001}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1,'allowed':-1}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1,'denied':-1}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1,'cost':1}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1,'reserve':{'ttlMillis':5}}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1,'idempotencyKey':'k'}",
                LEASE_REPORT + "'leaseId':'3-30','spent':1,'exact':true}",
                LEASE_REPORT + "'spent':1}",
                LEASE_REPORT + "'allowed':1}",
                "{'v':1,'type':'lease-report','denied':1}",
                "{'v':1,'clientId':'acme','exact':1}",
                "{'v':1,'clientId':'acme','exact':'true'}"
            })
    void shouldBeRefusedByBoth_whenInvalid(String request) throws Exception {
        assertThat(decoded(request)).isInstanceOf(DecodedRequest.Malformed.class);
        assertThat(schema("request.v1.json").validate(json(request), InputFormat.JSON))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GRANT + "'verdict':'allow','tokens':0,'ttlMillis':0}",
                GRANT + "'verdict':'allow','tokens':5,'ttlMillis':0}",
                GRANT + "'verdict':'deny','tokens':5,'ttlMillis':9}",
                GRANT + "'verdict':'deny','tokens':-5,'ttlMillis':0}",
                GRANT + "'tokens':5,'ttlMillis':9}",
                "{'v':1,'type':'revocation','correlationId':'revocation','partition':-1,'offset':1}",
                "{'v':1,'type':'revocation','correlationId':'revocation','partition':2147483648,'offset':1}"
            })
    void shouldBeRefusedByBoth_whenAReplyContradictsItself(String reply) throws Exception {
        assertThatThrownBy(() -> ReplyCodec.decode(bytes(reply))).isInstanceOf(WireException.class);
        assertThat(schema("reply.v1.json").validate(json(reply), InputFormat.JSON))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RECORD + "'outcome':'late','leaseId':'3-30','cost':0,'spent':9,'allowed':1,'denied':0,'granted':9,"
                        + "'returned':0}",
                RECORD + "'outcome':'expired','decisionId':'3-9','leaseId':'3-30','spent':9,'granted':9,'returned':0,"
                        + "'allowed':0,'denied':0}",
                RECORD + "'outcome':'expired','spent':9,'granted':9,'returned':0,'allowed':0,'denied':0}",
                RECORD + "'outcome':'none','decisionId':'3-9','leaseId':'3-30','cost':0,'spent':0,'allowed':0,"
                        + "'denied':1,'granted':0,'returned':0}",
                RECORD + "'outcome':'none','decisionId':'3-9','cost':0,'spent':0,'allowed':0,'denied':1,'granted':1,"
                        + "'returned':1}",
                RECORD + "'outcome':'lost','decisionId':'3-9','leaseId':'3-30','cost':0,'spent':9,'allowed':1,"
                        + "'denied':0,'granted':9,'returned':0}"
            })
    void shouldBeRefusedByBoth_whenARecordContradictsItself(String record) throws Exception {
        assertThatThrownBy(() -> DecisionCodec.read(bytes(record))).isInstanceOf(WireException.class);
        assertThat(schema("decision.v1.json").validate(json(record), InputFormat.JSON))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void shouldMatchTheRulesetSchema_whenALimitIsExactOrNot(String exact) throws Exception {
        assertThat(schema("ruleset.v1.json").validate(LIMIT + exact + "}]", InputFormat.YAML))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"each", "summary"})
    void shouldMatchTheRulesetSchema_whenALimitSaysWhatIsRecorded(String record) throws Exception {
        assertThat(schema("ruleset.v1.json").validate(LIMIT + "false, record: " + record + "}]", InputFormat.YAML))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"maybe", "1", "'true'", "{}"})
    void shouldNotMatchTheRulesetSchema_whenExactIsNoFlag(String exact) throws Exception {
        assertThat(schema("ruleset.v1.json").validate(LIMIT + exact + "}]", InputFormat.YAML))
                .isNotEmpty();
    }

    private static DecodedRequest decoded(String request) {
        return RequestCodec.decode("acme".getBytes(StandardCharsets.UTF_8), bytes(request));
    }

    private static byte[] bytes(String text) {
        return json(text).getBytes(StandardCharsets.UTF_8);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
