package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.wide.WideStatements;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.ChargeVoucher;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.WideTarget;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of all accounts in the topology: its messages come back to its own partition here. */
final class WideTopologyTest {
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"own\",\"scope\":\"account\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":3},"
            + "{\"id\":\"partner\",\"scope\":\"global\",\"match\":{\"path\":\"/partner\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":4},"
            + "{\"id\":\"address\",\"scope\":[\"global\",\"attribute:ip\"],\"match\":{\"path\":\"/login\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":2}]}";
    private static final MessageKey KEY = MessageKey.of(TestKeys.RULES, OracleConfig.PLACE);

    private TopologyFixture topology;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        topology = new TopologyFixture(stateDir);
        topology.activate(1, RULES);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void shouldAdmitSoManyOverAllAccounts_whenTheLimitIsGlobal() throws Exception {
        // When five accounts ask
        for (int i = 0; i < 4; i++) {
            assertThat(partner("account-" + i).allowed()).isTrue();
        }
        VerdictDetails fifth = partner("account-4");

        // Then
        assertThat(fifth.allowed()).isFalse();
        assertThat(fifth.decidingLimit().id()).isEqualTo("partner");
        assertThat(fifth.retryAfterMillis()).isPositive();
        assertThat(fifth.limits()).hasSize(2);
        // Each left one decision, and its voucher has ended.
        assertThat(topology.decisions())
                .hasSize(5)
                .extracting(Decision::charged)
                .containsExactly(1L, 1L, 1L, 1L, 0L);
        assertThat(counted("charged")).isEqualTo(4);
        assertThat(counted("kept")).isEqualTo(4);
        assertThat(open()).isZero();
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldCountOneAddressOverAllAccounts_whenTheScopeHasAnAttribute() throws Exception {
        assertThat(login("acme", "192.0.2.1").allowed()).isTrue();
        assertThat(login("beta", "192.0.2.1").allowed()).isTrue();
        assertThat(login("gamma", "192.0.2.1").allowed()).isFalse();
        assertThat(login("gamma", "192.0.2.2").allowed()).isTrue();
    }

    @Test
    void shouldLeaveTheSharedBucketAlone_whenTheAccountsOwnLimitRefuses() throws Exception {
        // Given
        for (int i = 0; i < 3; i++) {
            topology.ask(AdmissionRequest.of("acme"));
        }

        // When
        VerdictDetails refused = partner("acme");

        // Then
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.decidingLimit().id()).isEqualTo("own");
        assertThat(counted("charged")).isZero();
    }

    @Test
    void shouldChargeOnce_whenAKeyIsUsedAgain() throws Exception {
        // Given
        AdmissionRequest.Builder request = AdmissionRequest.of("acme")
                .route(new Route("GET", "/partner", ""))
                .idempotencyKey("order-1");

        // When
        VerdictDetails first = topology.ask(request).details();
        VerdictDetails again = topology.ask(request).details();

        // Then
        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        assertThat(counted("charged")).isEqualTo(1);
    }

    @Test
    void shouldShowTheBucketAndTakeNothing_whenTheCostIsZero() throws Exception {
        // Given
        partner("acme");

        // When
        VerdictDetails peek = topology.ask(AdmissionRequest.of("beta").cost(0).route(new Route("GET", "/partner", "")))
                .details();

        // Then
        assertThat(peek.limits()).extracting(limit -> limit.remaining()).containsExactly(3L, 3L);
        assertThat(counted("charged")).isEqualTo(1);
    }

    @Test
    void shouldChangeNothing_whenAMessageIsForgedOrForAnotherPartition() throws Exception {
        // Given
        String statement = PartitionMessageCodec.encode(home(0, 1, /* to= */ 0));
        ControlRecord unproved = new ControlRecord(statement, "hmac-sha256:AAAA");
        ControlRecord byAnother =
                MessageKey.of(TestKeys.UNAUTHENTICATED, OracleConfig.PLACE).sign(statement);
        ControlRecord asRules = TestKeys.RULES.sign(SignedKind.RULES, statement);
        ControlRecord elsewhere = KEY.sign(PartitionMessageCodec.encode(home(0, 1, /* to= */ 1)));

        // When
        for (ControlRecord record : List.of(unproved, byAnother, asRules, elsewhere)) {
            topology.send("acme".getBytes(StandardCharsets.UTF_8), RequestCodec.encode(record));
        }

        // Then
        assertThat(reasons()).containsExactly("forged", "forged", "forged", "forged");
        assertThat(topology.decisions()).isEmpty();
    }

    @Test
    void shouldTellTheCaller_whenAMessageIsOfAnAppWithAnotherKey() throws Exception {
        // Given
        ControlRecord byAnother = MessageKey.of(TestKeys.UNAUTHENTICATED, OracleConfig.PLACE)
                .sign(PartitionMessageCodec.encode(home(0, 1, /* to= */ 0)));

        // When
        topology.send("acme".getBytes(StandardCharsets.UTF_8), RequestCodec.encode(byAnother));

        // Then
        assertThat(reasons()).containsExactly("forged");
        assertThat(((Verdict) topology.onlyReply()).error().code()).isEqualTo(WireError.UNDECIDED);
    }

    @Test
    void shouldPassOver_whenAMessageComesAgain() throws Exception {
        // Given a message as this partition would send it, from far ahead in the log
        byte[] message = RequestCodec.encode(KEY.sign(PartitionMessageCodec.encode(home(0, 1_000_000, 0))));
        topology.send("acme".getBytes(StandardCharsets.UTF_8), message);
        assertThat(topology.decisions()).hasSize(1);

        // When
        topology.send("acme".getBytes(StandardCharsets.UTF_8), message);

        // Then
        assertThat(topology.decisions()).isEmpty();
        assertThat(topology.deadLetters()).isEmpty();
        assertThat(topology.registry.get("sluice.wide.repetitions").counter().count())
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseAndTellWhy_whenARequestHasTravelledTooOften() throws Exception {
        // Given it is on its last way home, and no owner was asked about a limit that applies
        TravellingRequest last = new TravellingRequest(
                0,
                1_000_000,
                0,
                TravellingRequest.TRIPS_MAX,
                TopologyFixture.START_MILLIS,
                /* follows= */ false,
                "acme",
                request(),
                List.of(),
                List.of(),
                /* wish= */ 0);

        // When
        topology.send(
                "acme".getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(KEY.sign(PartitionMessageCodec.encode(last))));

        // Then
        assertThat(reasons()).containsExactly("stale");
        assertThat(((Verdict) topology.onlyReply()).error().field()).isEqualTo("trip");
    }

    @Test
    void shouldTellTheCaller_whenARequestComesHomeTooLate() throws Exception {
        // Given it was sent out longer ago than anybody waits, by the stamps of its own partition
        TravellingRequest late =
                home(0, 1_000_000, 0, TopologyFixture.START_MILLIS - WideStatements.AGE_MILLIS_MAX - 60_000);

        // When
        topology.send(
                "acme".getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(KEY.sign(PartitionMessageCodec.encode(late))));

        // Then it does not go out again
        assertThat(reasons()).containsExactly("stale");
        assertThat(((Verdict) topology.onlyReply()).error().field()).isEqualTo("sentMillis");
        assertThat(topology.registry.get("sluice.wide.requests").counter().count())
                .isZero();
    }

    @Test
    void shouldChargeAllOrNothing_whenABatchMeetsTheLimit() throws Exception {
        // When two batches of two checks ask for what is enough for one of them
        assertThat(batch("acme", 2).details().allowed()).isTrue();
        VerdictDetails second = batch("beta", 2).details();

        // Then
        assertThat(second.allowed()).isTrue();
        assertThat(second.limits()).extracting(limit -> limit.remaining()).containsExactlyInAnyOrder(1L, 0L);
        assertThat(batch("gamma", 2).details().allowed()).isFalse();
        assertThat(counted("kept")).isEqualTo(4);
        assertThat(open()).isZero();
    }

    @Test
    void shouldAnswer_whenALargeBatchGrowsOnTheRoad() throws Exception {
        // Given checks whose members are written in full on the road, and as many as a record may have
        String partner = "{\"clientId\":\"acme\",\"route\":{\"path\":\"/partner\"}}";
        String padded = "{\"clientId\":\"acme\",\"cost\":0,\"route\":{\"path\":\"/" + "x".repeat(1_000) + "\"}}";
        String tail = "],\"reply\":{\"partition\":0,\"correlationId\":\"b\"}}";
        StringBuilder record = new StringBuilder("{\"v\":1,\"type\":\"batch\",\"checks\":[" + partner);
        while (record.length() + padded.length() + tail.length() < TopicCatalogue.ADMISSION_BYTES_MAX - 1) {
            record.append(',').append(padded);
        }
        record.append(tail);
        String spaces = " ".repeat(TopicCatalogue.ADMISSION_BYTES_MAX - record.length());
        assertThat(spaces.length()).isLessThan(1_100);

        // When
        topology.send("acme".getBytes(StandardCharsets.UTF_8), (record + spaces).getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(((BatchVerdict) topology.onlyReply()).details().allowed()).isTrue();
        assertThat(topology.deadLetters()).isEmpty();
    }

    private BatchVerdict batch(String clientId, int checks) throws Exception {
        String check = "{\"clientId\":\"" + clientId + "\",\"route\":{\"path\":\"/partner\"}}";
        topology.send(
                clientId.getBytes(StandardCharsets.UTF_8),
                ("{\"v\":1,\"type\":\"batch\",\"checks\":[" + String.join(",", Collections.nCopies(checks, check))
                                + "],\"reply\":{\"partition\":0,\"correlationId\":\"b\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        return (BatchVerdict) topology.onlyReply();
    }

    /** On its way home, admitted by the owner. */
    private static TravellingRequest home(int from, long offset, int to) {
        return home(from, offset, to, TopologyFixture.START_MILLIS);
    }

    private static TravellingRequest home(int from, long offset, int to, long sentMillis) {
        OwnerStatement statement = new OwnerStatement(
                new WideTarget("partner", "", 0),
                TopologyFixture.START_MILLIS,
                4,
                14_400_000,
                new OwnerStatement.Level(4, 0, 0),
                new OwnerStatement.Level(3, 3_600_000, 3_600_000),
                0,
                1,
                /* voucher= */ null,
                /* lent= */ 0,
                /* lentMillis= */ 0);
        return new TravellingRequest(
                from,
                offset,
                to,
                1,
                sentMillis,
                /* follows= */ false,
                "acme",
                request(),
                List.of(),
                List.of(statement),
                /* wish= */ 0);
    }

    private static String request() {
        return "{\"v\":1,\"clientId\":\"acme\",\"route\":{\"path\":\"/partner\"},"
                + "\"reply\":{\"partition\":0,\"correlationId\":\"c\"}}";
    }

    @Test
    void shouldChangeNothing_whenAVoucherEndsThatItDoesNotKnow() throws Exception {
        // Given
        VoucherEnds ends = new VoucherEnds(
                0,
                1_000_000,
                0,
                /* part= */ 0,
                List.of(new VoucherEnds.VoucherEnd(
                        "partner",
                        new ChargeVoucher(0, 5, TopologyFixture.START_MILLIS, 1, "", 1),
                        /* returned= */ 1,
                        /* open= */ 0)));

        // When a voucher ends that was given out before a loss of state, or never
        topology.send(null, RequestCodec.encode(KEY.sign(PartitionMessageCodec.encode(ends))));

        // Then
        assertThat(reasons()).isEmpty();
        assertThat(open()).isZero();
    }

    private VerdictDetails partner(String clientId) throws Exception {
        return topology.ask(AdmissionRequest.of(clientId).route(new Route("GET", "/partner", "")))
                .details();
    }

    private VerdictDetails login(String clientId, String address) throws Exception {
        return topology.ask(AdmissionRequest.of(clientId)
                        .route(new Route("POST", "/login", ""))
                        .attribute("ip", address))
                .details();
    }

    private List<String> reasons() {
        return topology.deadLetters().stream()
                .map(TestRecord::headers)
                .map(headers -> new String(headers.lastHeader("sluice.reason").value(), StandardCharsets.UTF_8))
                .toList();
    }

    private double counted(String event) {
        return topology.registry
                .get("sluice.wide.vouchers")
                .tag("event", event)
                .counter()
                .count();
    }

    private double open() {
        return topology.registry.get("sluice.wide.open.vouchers").gauge().value();
    }
}
