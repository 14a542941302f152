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

/** What the code accepts of leases and tallies is what the JSON Schemas say. */
final class LeaseSchemaTest {
    private static final String LEASE =
            "{'v':1,'type':'lease','clientId':'acme','reply':{'partition':3,'correlationId':'c'},";
    private static final String TALLY = "{'v':1,'type':'tally','clientId':'acme',";
    private static final String GRANT = "{'v':1,'type':'lease','correlationId':'c','decisionId':'3-30',"
            + "'rulesetRevision':7,'tier':'free','reasonCode':'not-leasable','reason':'r','decidedAtMillis':1,"
            + "'replayed':false,'limits':[],";
    private static final String RECORD =
            "{'v':1,'type':'report','account':'acme','clientId':'acme','rulesetRevision':7,'decidedAtMillis':1,"
                    + "'charged':0,";
    private static final String LIMIT = "limits: [{id: a, scope: client, rate: {tokens: 1, per: 1s}, exact: ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                LEASE + "'ahead':1,'ttlMillis':1}",
                LEASE + "'cost':1,'ttlMillis':60000}",
                LEASE + "'cost':1000000000,'ahead':0,'ttlMillis':1,'priority':'low','exact':false,'maxWaitMillis':0}",
                LEASE + "'ahead':1000000000,'ttlMillis':1,'requestId':'r','attributes':{'a':'b'}}",
                TALLY + "'leaseId':'0-0','spent':0}",
                TALLY + "'leaseId':'3-30','spent':1000000000,'allowed':1000000000,'denied':1000000000}",
                TALLY + "'denied':1,'cost':0,'spent':0,'allowed':0}",
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
                "{'v':1,'type':'lease','clientId':'acme','ahead':1,'ttlMillis':1}",
                "{'v':1,'type':'lease','ahead':1,'ttlMillis':1,'reply':{'partition':3,'correlationId':'c'}}",
                LEASE + "'ahead':1}",
                LEASE + "'ttlMillis':1}",
                LEASE + "'cost':0,'ahead':0,'ttlMillis':1}",
                LEASE + "'ahead':-1,'cost':5,'ttlMillis':1}",
                LEASE + "'ahead':1000000001,'ttlMillis':1}",
                LEASE + "'cost':1000000001,'ttlMillis':1}",
                LEASE + "'ahead':1,'ttlMillis':0}",
                LEASE + "'ahead':1,'ttlMillis':60001}",
                LEASE + "'ahead':1,'ttlMillis':1,'reserve':{'ttlMillis':5}}",
                LEASE + "'ahead':1,'ttlMillis':1,'maxWaitMillis':5}",
                LEASE + "'ahead':1,'ttlMillis':1,'idempotencyKey':'k'}",
                LEASE + "'ahead':1,'ttlMillis':1,'exact':true}",
                LEASE + "'ahead':1,'ttlMillis':1,'unknown':[{}]}",
                LEASE + "'ahead':1,'ttlMillis':1,'spent':1}",
                TALLY + "'leaseId':'0-0','spent':0,'ahead':1}",
                TALLY + "'leaseId':'3-30'}",
                TALLY + "'leaseId':'30','spent':1}",
                TALLY + "'leaseId':'3-30','spent':-1}",
                TALLY + "'leaseId':'3-30','spent':1000000001}",
                TALLY + "'leaseId':'3-30','spent':1,'allowed':-1}",
                TALLY + "'leaseId':'3-30','spent':1,'denied':-1}",
                TALLY + "'leaseId':'3-30','spent':1,'cost':1}",
                TALLY + "'leaseId':'3-30','spent':1,'reserve':{'ttlMillis':5}}",
                TALLY + "'leaseId':'3-30','spent':1,'idempotencyKey':'k'}",
                TALLY + "'leaseId':'3-30','spent':1,'exact':true}",
                TALLY + "'spent':1}",
                TALLY + "'allowed':1}",
                "{'v':1,'type':'tally','denied':1}",
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
