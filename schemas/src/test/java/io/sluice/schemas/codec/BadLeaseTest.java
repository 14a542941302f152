package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest.Malformed;
import io.sluice.schemas.codec.DecodedRequest.WellFormed;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a lease or a lease report is told by field, value and expectation. */
final class BadLeaseTest {
    private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);
    private static final RequestReader READER = new RequestReader(0, 1, 4);
    private static final String REPLY = "'reply':{'partition':3,'correlationId':'c'}";
    private static final String LEASE = "{'v':1,'type':'lease','clientId':'acme'," + REPLY;
    private static final String LEASE_REPORT = "{'v':1,'type':'lease-report','clientId':'acme'";
    private static final String ONLY_THE_LEDGER = "given (expected: none, only the ledger answers such requests)";
    private static final String DECIDED = "'rulesetRevision':7,'tier':'free','reasonCode':'r','reason':'r',"
            + "'decidedAtMillis':1,'replayed':false,'limits':[]}";

    static Stream<Arguments> badLeases() {
        return Stream.of(
                arguments(",'prefetch':-1,'ttlMillis':1}", "prefetch", "-1 (expected: 1..1000000000)"),
                arguments(",'prefetch':1000000001,'ttlMillis':1}", "prefetch", "1000000001 (expected: 1..1000000000)"),
                arguments(
                        ",'cost':5,'prefetch':999999996,'ttlMillis':1}",
                        "prefetch",
                        "999999996 (expected: 0..999999995)"),
                arguments(",'cost':5,'prefetch':-1,'ttlMillis':1}", "prefetch", "-1 (expected: 0..999999995)"),
                arguments(",'cost':0,'prefetch':0,'ttlMillis':1}", "prefetch", "0 (expected: 1..1000000000)"),
                arguments(",'ttlMillis':1}", "prefetch", "0 (expected: 1..1000000000)"),
                arguments(",'prefetch':'1','ttlMillis':1}", "prefetch", "a string (expected: an integer)"),
                arguments(",'cost':-3,'prefetch':5,'ttlMillis':1}", "cost", "-3 (expected: 0..1000000000)"),
                arguments(",'prefetch':1}", "ttlMillis", "0 (expected: 1..60000)"),
                arguments(",'prefetch':1,'ttlMillis':0}", "ttlMillis", "0 (expected: 1..60000)"),
                arguments(",'prefetch':1,'ttlMillis':60001}", "ttlMillis", "60001 (expected: 1..60000)"),
                arguments(",'prefetch':1,'ttlMillis':1.5}", "ttlMillis", "1.5 (expected: an integer)"),
                arguments(",'prefetch':1,'ttlMillis':1,'reserve':{'ttlMillis':5}}", "reserve", ONLY_THE_LEDGER),
                arguments(",'prefetch':1,'ttlMillis':1,'maxWaitMillis':5}", "maxWaitMillis", ONLY_THE_LEDGER),
                arguments(",'prefetch':1,'ttlMillis':1,'idempotencyKey':'k'}", "idempotencyKey", ONLY_THE_LEDGER),
                arguments(",'prefetch':1,'ttlMillis':1,'exact':true}", "exact", ONLY_THE_LEDGER),
                arguments(",'prefetch':1,'ttlMillis':1,'exact':1}", "exact", "1 (expected: true or false)"));
    }

    @ParameterizedTest
    @MethodSource("badLeases")
    void shouldTellFieldValueAndExpectation_whenALeaseIsBad(String rest, String field, String detail) {
        assertThat(read(LEASE + rest)).isEqualTo(new Malformed(field, detail, new ReplyAddress(3, "c")));
    }

    static Stream<Arguments> badReports() {
        String id = ",'leaseId':'3-30'";
        return Stream.of(
                arguments(id + ",'spent':-1}", "spent", "-1 (expected: 0..1000000000)"),
                arguments(id + ",'spent':1000000001}", "spent", "1000000001 (expected: 0..1000000000)"),
                arguments(id + "}", "spent", "missing (expected: 0..1000000000)"),
                arguments(id + ",'spent':null}", "spent", "missing (expected: 0..1000000000)"),
                arguments(id + ",'spent':true}", "spent", "true (expected: an integer)"),
                arguments(id + ",'spent':4,'allowed':5}", "allowed", "5 (expected: 0..4)"),
                arguments(id + ",'spent':4,'allowed':-1}", "allowed", "-1 (expected: 0..4)"),
                arguments(id + ",'spent':4,'denied':-1}", "denied", "-1 (expected: 0..1000000000)"),
                arguments(id + ",'spent':4,'denied':1000000001}", "denied", "1000000001 (expected: 0..1000000000)"),
                arguments(id + ",'spent':4,'cost':4}", "cost", "4 (expected: 0, a lease report takes nothing)"),
                arguments(id + ",'spent':4,'reserve':{'ttlMillis':5}}", "reserve", ONLY_THE_LEDGER),
                arguments(id + ",'spent':4,'maxWaitMillis':5}", "maxWaitMillis", ONLY_THE_LEDGER),
                arguments(id + ",'spent':4,'idempotencyKey':'k'}", "idempotencyKey", ONLY_THE_LEDGER),
                arguments(id + ",'spent':4,'exact':true}", "exact", ONLY_THE_LEDGER),
                arguments(",'spent':1}", "spent", "1 (expected: 0..0)"),
                arguments(",'allowed':1}", "allowed", "1 (expected: 0..0)"),
                arguments(",'leaseId':'30','spent':1}", "leaseId", notAnId("30")),
                arguments(",'leaseId':'3-','spent':1}", "leaseId", notAnId("3-")),
                arguments(",'leaseId':'-3-30','spent':1}", "leaseId", notAnId("-3-30")),
                arguments(
                        ",'leaseId':'3-99999999999999999999','spent':1}", "leaseId", notAnId("3-99999999999999999999")),
                arguments(",'leaseId':30,'spent':1}", "leaseId", "30 (expected: a string)"));
    }

    private static String notAnId(String text) {
        return '"' + text + "\" (expected: partition-offset, as a verdict names it)";
    }

    @ParameterizedTest
    @MethodSource("badReports")
    void shouldTellFieldValueAndExpectation_whenAReportIsBad(String rest, String field, String detail) {
        assertThat(read(LEASE_REPORT + rest)).isEqualTo(new Malformed(field, detail, null));
    }

    @Test
    void shouldRefuse_whenALeaseCannotBeAnsweredOrIsOfAnotherAccount() {
        // Given
        String other = "{'v':1,'type':'lease','clientId':'other','prefetch':1,'ttlMillis':1," + REPLY + "}";
        String otherReport = "{'v':1,'type':'lease-report','clientId':'other/a','denied':1}";
        String notTheAccount = "not the account of clientId (expected: its first segment as record key)";

        // When / Then
        assertThat(read("{'v':1,'type':'lease','clientId':'acme','prefetch':1,'ttlMillis':1}"))
                .isEqualTo(new Malformed("reply", "missing (expected: partition and correlationId)", null));
        assertThat(read("{'v':1,'type':'lease','clientId':'acme','prefetch':1,'ttlMillis':1,"
                        + "'reply':{'partition':4,'correlationId':'c'}}"))
                .isEqualTo(new Malformed("reply.partition", "4 (expected: 0..3)", null));
        assertThat(read(other)).isEqualTo(new Malformed("key", notTheAccount, new ReplyAddress(3, "c")));
        assertThat(read(otherReport)).isEqualTo(new Malformed("key", notTheAccount, null));
    }

    @Test
    void shouldAcceptLeasesAndReportsInTheHomePartitionOnly() {
        // Given: of 64 partitions, acme's is one
        byte[] lease = bytes(LEASE + ",'prefetch':1,'ttlMillis':1}");
        byte[] report = bytes(LEASE_REPORT + ",'denied':1}");

        // When / Then
        for (byte[] value : new byte[][] {lease, report}) {
            assertThat(Stream.iterate(0, partition -> partition + 1)
                            .limit(64)
                            .filter(partition ->
                                    new RequestReader(partition, 64, 4).read(KEY, value) instanceof WellFormed))
                    .hasSize(1);
        }
    }

    @Test
    void shouldTakeTheCostForNothing_whenLeftOut() {
        // Given: an admission without a cost costs 1, but nobody waits for a lease, and a lease report takes nothing
        // When
        LeaseRequest lease = (LeaseRequest) wellFormed(LEASE + ",'prefetch':7,'ttlMillis':60000}");
        RequestRecord told = ((WellFormed) read(LEASE_REPORT + ",'denied':1," + REPLY + "}")).record();
        LeaseReport report = (LeaseReport) told.request();

        // Then
        assertThat(lease.admission().cost()).isZero();
        assertThat(lease.prefetchTokens()).isEqualTo(7);
        assertThat(report.admission().cost()).isZero();
        assertThat(told.reply()).isNull();
    }

    static Stream<Arguments> badReplies() {
        String lease = "{'v':1,'type':'lease','correlationId':'c','decisionId':'3-30',";
        String both = " (expected: both if it is allowed, neither if it is denied)";
        String index = " (expected: 0..2147483647)";
        return Stream.of(
                arguments(lease + "'tokens':0,'ttlMillis':0,'verdict':'allow'," + DECIDED, "tokens: 0 for 0 ms" + both),
                arguments(lease + "'tokens':5,'ttlMillis':0,'verdict':'allow'," + DECIDED, "tokens: 5 for 0 ms" + both),
                arguments(
                        lease + "'tokens':-5,'ttlMillis':9,'verdict':'allow'," + DECIDED, "tokens: -5 for 9 ms" + both),
                arguments(lease + "'tokens':5,'ttlMillis':9,'verdict':'deny'," + DECIDED, "tokens: 5 for 9 ms" + both),
                arguments(
                        lease + "'tokens':-5,'ttlMillis':0,'verdict':'deny'," + DECIDED, "tokens: -5 for 0 ms" + both),
                arguments(lease + "'tokens':5,'ttlMillis':9}", "verdict: error or missing (expected: allow or deny)"),
                arguments("{'v':1,'type':'revocation','partition':-1,'offset':1}", "partition: -1" + index),
                arguments(
                        "{'v':1,'type':'revocation','partition':2147483648,'offset':1}",
                        "partition: 2147483648" + index),
                arguments("{'v':1,'type':'pong','partition':2147483648}", "partition: 2147483648" + index),
                arguments("{'v':1,'type':'batch','refusedCheck':2147483648}", "refusedCheck: 2147483648" + index));
    }

    @ParameterizedTest
    @MethodSource("badReplies")
    void shouldRefuse_whenAReplyContradictsItself(String reply, String message) {
        assertThatThrownBy(() -> ReplyCodec.decode(bytes(reply)))
                .isInstanceOf(WireException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> badRecords() {
        String counts = "'spent':90,'allowed':1,'denied':0,";
        String head = "'clientId':'acme','rulesetRevision':7,'decidedAtMillis':1,";
        String unlessExpired = " (expected: unless it expired)";
        String unlessNone = " (expected: unless the outcome is none)";
        String addsUp = " granted (expected: all, or fewer if the rest was returned)";
        return Stream.of(
                arguments(
                        head + counts + "'leaseId':'3-30','granted':90,'outcome':'late'",
                        "decisionId: missing" + unlessExpired),
                arguments(
                        head + counts + "'leaseId':'3-30','granted':90,'outcome':'expired','decisionId':'3-9'",
                        "decisionId: given" + unlessExpired),
                arguments(head + counts + "'granted':90,'outcome':'expired'", "leaseId: missing" + unlessNone),
                arguments(
                        head + "'leaseId':'3-30','denied':1,'outcome':'none','decisionId':'3-9'",
                        "leaseId: given" + unlessNone),
                arguments(
                        head + counts + "'leaseId':'3-30','granted':89,'outcome':'returned','decisionId':'3-9'",
                        "spent: 90 of 89" + addsUp),
                arguments(
                        head + counts + "'leaseId':'3-30','granted':91,'outcome':'late','decisionId':'3-9'",
                        "spent: 90 of 91" + addsUp),
                arguments(
                        head + counts + "'leaseId':'3-30','granted':91,'outcome':'expired'",
                        "spent: 90 of 91" + addsUp),
                arguments(head + "'granted':1,'outcome':'none','decisionId':'3-9'", "spent: 0 of 1" + addsUp),
                arguments(
                        head + counts + "'leaseId':'3-30','granted':90,'outcome':'lost','decisionId':'3-9'",
                        "outcome: lost (expected: returned, expired, late or none)"),
                arguments(
                        head + counts + "'leaseId':'3-30','granted':99,'outcome':'returned','decisionId':'3-9',"
                                + "'charged':9",
                        "charged: 9 (expected: 0, or -9)"),
                arguments(
                        counts + "'leaseId':'3-30','granted':90,'outcome':'late','decisionId':'3-9'",
                        "clientId: missing (expected: account[/segment...])"));
    }

    @ParameterizedTest
    @MethodSource("badRecords")
    void shouldRefuse_whenAReportContradictsItself(String members, String message) {
        assertThatThrownBy(() -> DecisionCodec.read(bytes("{'v':1,'type':'lease-report'," + members + "}")))
                .isInstanceOf(WireException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 4, 'charged: 4 (expected: 5 as granted, or 0)'",
        "-5, 0, 'charged: 0 (expected: -5 as granted, or 0)'"
    })
    void shouldRefuse_whenTheRecordOfALeaseContradictsItself(long granted, long charged, String message) {
        String lease =
                "{'v':1,'type':'lease','decisionId':'3-9','clientId':'acme','prefetch':5,'ttlMillis':9,'granted':"
                        + granted + ",'charged':" + charged + "}";
        assertThatThrownBy(() -> DecisionCodec.read(bytes(lease)))
                .isInstanceOf(WireException.class)
                .hasMessage(message);
    }

    private static DecodedRequest read(String value) {
        DecodedRequest read = READER.read(KEY, bytes(value));
        return read instanceof Malformed bad ? new Malformed(bad.field(), bad.detail(), bad.reply()) : read;
    }

    private static Object wellFormed(String value) {
        return ((WellFormed) read(value)).record().request();
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
