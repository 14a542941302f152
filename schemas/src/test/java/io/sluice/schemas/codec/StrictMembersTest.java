package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest.Malformed;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A request with a member that it cannot have is refused, and told the name that was perhaps meant. */
final class StrictMembersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);
    /** Objects whose names are the caller's own. */
    private static final Set<String> FREE = Set.of("attributes", "meta");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'Cost':500 | Cost | cost",
                "'COST':500 | COST | cost",
                "'cots':500 | cots | cost",
                "'costs':500 | costs | cost",
                "'idempotency_key':'k' | idempotency_key | idempotencyKey",
                "'Idempotency-Key':'k' | Idempotency-Key | idempotencyKey",
                "'idempotenceKey':'k' | idempotenceKey | idempotencyKey",
                "'path':'/v1' | path | route.path",
                "'Host':'h' | Host | route.host",
                "'method':null | method | route.method",
                "'attribute':{'ip':'1'} | attribute | attributes",
                "'maxWaitMilis':5 | maxWaitMilis | maxWaitMillis",
                "'max_wait_millis':5 | max_wait_millis | maxWaitMillis",
                "'prority':'high' | prority | priority",
                "'route':{'Path':'/v1'} | route.Path | route.path",
                "'reserve':{'ttl_millis':5} | reserve.ttl_millis | reserve.ttlMillis",
                "'ttlMillis':5 | ttlMillis | reserve.ttlMillis",
            })
    void shouldNameTheNearestMember_whenOneIsMisspelled(String member, String field, String expected) {
        // Given
        String members = "'clientId':'acme'," + member + "}";

        // When
        WireException body = refusal(() -> BodyCodec.admission(bytes("{" + members)));
        Malformed malformed = record("{'v':1," + members);

        // Then
        assertThat(body).hasMessage(field + ": unknown member (expected: " + expected + ")");
        assertThat(malformed)
                .isEqualTo(new Malformed(field, "unknown member (expected: " + expected + ")", null, "acme"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'x':1 | x",
                "'tenant':'acme' | tenant",
                "'payload':'p' | payload",
                "'a\\u0007b':1 | a?b",
            })
    void shouldSayWhatThereIs_whenNothingIsNear(String member, String field) {
        // When
        WireException body = refusal(() -> BodyCodec.admission(bytes("{'clientId':'acme'," + member + "}")));

        // Then
        assertThat(body.field()).isEqualTo(field);
        assertThat(body.detail())
                .isEqualTo("unknown member (expected: only clientId, cost, route, attributes, reserve, maxWaitMillis,"
                        + " priority, exact, mode, meta, requestId, idempotencyKey, deadlineMillis)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'cost':1,'cost':1 | cost",
                "'cost':null,'cost':1 | cost",
                "'route':{'path':'/a','path':'/b'} | route.path",
                "'attributes':{'ip':'1','ip':'1'} | attributes.ip",
                "'reserve':{'ttlMillis':5,'ttlMillis':6} | reserve.ttlMillis",
            })
    void shouldRefuse_whenAMemberIsGivenTwice(String member, String field) {
        // Given
        String members = "'clientId':'acme'," + member + "}";

        // When / Then
        assertThat(refusal(() -> BodyCodec.admission(bytes("{" + members))))
                .hasMessage(field + ": given twice (expected: once)");
        assertThat(record("{'v':1," + members))
                .isEqualTo(new Malformed(field, "given twice (expected: once)", null, "acme"));
    }

    @Test
    void shouldRefuseBodies_whenAMemberIsUnknown() {
        assertThatThrownBy(() -> BodyCodec.batch(bytes("{'requests':[{'clientId':'acme'}],'deadline':5}")))
                .hasMessage("deadline: unknown member (expected: only requests)");
        assertThatThrownBy(() -> BodyCodec.batch(bytes("{'requests':[],'requests':[{'clientId':'acme'}]}")))
                .hasMessageContaining("requests: ");
        assertThatThrownBy(() -> BodyCodec.atomic(bytes("{'checks':[{'clientId':'acme'},{'clientID':'acme'}]}")))
                .hasMessage("checks[1].clientID: unknown member (expected: clientId)");
        assertThatThrownBy(() -> BodyCodec.atomic(bytes("{'checks':[],'requestid':'r'}")))
                .hasMessage("requestid: unknown member (expected: requestId)");
        assertThatThrownBy(
                        () -> BodyCodec.settle(SettleRequest.Verb.CANCEL, "0-1", bytes("{'clientId':'acme','cost':1}")))
                .hasMessage("cost: unknown member (expected: only clientId, deadlineMillis)");
        assertThatThrownBy(() -> BodyCodec.settle(
                        SettleRequest.Verb.COMMIT, "0-1", bytes("{'clientId':'acme','cost':1,'reservationId':'0-2'}")))
                .hasMessage("reservationId: unknown member (expected: only clientId, cost, deadlineMillis)");
    }

    @Test
    void shouldRefuseOnlyTheOneOfABatch_whenItsMemberIsUnknown() throws Exception {
        // When
        List<BodyCodec.BatchItem> items =
                BodyCodec.batch(bytes("{'requests':[{'clientId':'acme','Cost':5},{'clientId':'acme'}]}"));

        // Then
        assertThat(items.get(0).error()).hasMessage("requests[0].Cost: unknown member (expected: cost)");
        assertThat(items.get(1).error()).isNull();
    }

    @Test
    void shouldKeepTheReplyAddress_whenAMemberIsUnknown() {
        assertThat(record("{'v':1,'clientId':'acme','Cost':5,'reply':{'partition':2,'correlationId':'c'}}"))
                .isEqualTo(new Malformed("Cost", "unknown member (expected: cost)", new ReplyAddress(2, "c"), "acme"));
        assertThat(record("{'V':1,'clientId':'acme'}").detail()).isEqualTo("unknown member (expected: v)");
    }

    @Test
    void shouldRefuseCommands_whenAMemberIsNotTheirActions() {
        assertThatThrownBy(() ->
                        AccountActionJson.decode(json("{'reason':'r','action':'deny','tokens':5}"), List.of("reason")))
                .hasMessage("tokens: unknown member (expected: only reason, action, untilMillis, message)");
        assertThatThrownBy(() -> AccountActionJson.decode(
                        json("{'reason':'r','action':'deny','until_millis':5}"), List.of("reason")))
                .hasMessage("until_millis: unknown member (expected: untilMillis)");
        assertThatThrownBy(() -> ControlCommandCodec.decode(json("{'v':1,'kind':'rules-command','action':'approve',"
                        + "'commandId':'c','principal':'p','reason':'r','proposalId':1,'proposalId':1}")))
                .hasMessage("proposalId: given twice (expected: once)");
    }

    static Stream<String> requests() {
        return SampleRecords.requests().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldRefuseEveryKind_whenAnyObjectHasAnUnknownMemberOrOneInOtherCase(String name) throws Exception {
        // Given
        String sample = new String(RequestCodec.encode(SampleRecords.requests().get(name)), StandardCharsets.UTF_8);
        byte[] key = JSON.readTree(sample)
                .findPath("clientId")
                .asText()
                .split("/")[0]
                .getBytes(StandardCharsets.UTF_8);
        assertThat(RequestCodec.decode(key, sample.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DecodedRequest.WellFormed.class);

        // When
        List<String> spoiled = spoiled(sample);

        // Then
        assertThat(spoiled).hasSizeGreaterThanOrEqualTo(3);
        for (String record : spoiled) {
            assertThat(RequestCodec.decode(key, record.getBytes(StandardCharsets.UTF_8)))
                    .as(record)
                    .isInstanceOfSatisfying(
                            Malformed.class,
                            malformed -> assertThat(malformed.detail()).startsWith("unknown member (expected: "));
        }
    }

    /** The record with an unknown member in one of its objects, and with one of its names in capitals. */
    private static List<String> spoiled(String sample) throws Exception {
        List<String> spoiled = new ArrayList<>();
        int objects = objects(JSON.readTree(sample)).size();
        for (int i = 0; i < objects; i++) {
            JsonNode root = JSON.readTree(sample);
            objects(root).get(i).put("unheardOf", 1);
            spoiled.add(root.toString());
            List<String> names = new ArrayList<>();
            objects(root).get(i).fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode copy = JSON.readTree(sample);
                ObjectNode object = objects(copy).get(i);
                if (!name.equals("unheardOf") && !name.equals("v") && !name.equals("type")) {
                    object.set(name.toUpperCase(Locale.ROOT), object.remove(name));
                    spoiled.add(copy.toString());
                }
            }
        }
        return spoiled;
    }

    private static List<ObjectNode> objects(JsonNode root) {
        List<ObjectNode> objects = new ArrayList<>();
        if (root instanceof ObjectNode object) {
            objects.add(object);
            object.properties().forEach(member -> {
                if (!FREE.contains(member.getKey())) {
                    objects.addAll(objects(member.getValue()));
                }
            });
        } else {
            root.forEach(item -> objects.addAll(objects(item)));
        }
        return objects;
    }

    private static WireException refusal(ThrowingCallable reading) {
        WireException refusal = catchThrowableOfType(WireException.class, reading);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static Malformed record(String text) {
        return (Malformed) new RequestReader(0, 1, 4).read(KEY, bytes(text));
    }

    private static byte[] bytes(String text) {
        return json(text).getBytes(StandardCharsets.UTF_8);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
