package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.schemas.codec.DecodedRequest.Malformed;
import io.sluice.schemas.request.ReplyAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a record is told by field, value and expectation. */
final class BadRequestTest {
    private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);
    private static final RequestReader READER = new RequestReader(0, 1, 4);

    static Stream<Arguments> badRecords() {
        return Stream.of(
                arguments("", "", "nothing (expected: an object)"),
                arguments("  ", "", "nothing (expected: an object)"),
                arguments("[]", "", "a list (expected: an object)"),
                arguments("7", "", "7 (expected: an object)"),
                arguments("{\"clientId\":\"acme\"}", "v", "missing (expected: 1)"),
                arguments("{\"v\":2,\"clientId\":\"acme\"}", "v", "2 (expected: 1)"),
                arguments("{\"v\":\"1\",\"clientId\":\"acme\"}", "v", "a string (expected: an integer)"),
                arguments("{\"v\":1}", "clientId", "missing (expected: account[/segment...])"),
                arguments("{\"v\":1,\"clientId\":7}", "clientId", "7 (expected: a string)"),
                arguments("{\"v\":1,\"clientId\":\"\"}", "clientId", "0 bytes (expected: 1..256)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"" + "é".repeat(129) + "\"}",
                        "clientId",
                        "258 bytes (expected: 1..256)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\\u0000\"}",
                        "clientId",
                        "U+0000 at index 4 (expected: no control characters)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\\ud800\"}",
                        "clientId",
                        "U+D800 at index 4 (expected: paired surrogates)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme//b\"}",
                        "clientId",
                        "\"acme//b\" (expected: account[/segment...], no empty segment)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"/acme\"}",
                        "clientId",
                        "\"/acme\" (expected: account[/segment...], no empty segment)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"other\"}",
                        "key",
                        "not the account of clientId (expected: its first segment as record key)"),
                arguments("{\"v\":1,\"clientId\":\"acme\",\"cost\":-3}", "cost", "-3 (expected: 0..1000000000)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"cost\":1000000001}",
                        "cost",
                        "1000000001 (expected: 0..1000000000)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"cost\":9223372036854775808}",
                        "cost",
                        "9223372036854775808 (expected: an integer of 64 bits)"),
                arguments("{\"v\":1,\"clientId\":\"acme\",\"cost\":1.5}", "cost", "1.5 (expected: an integer)"),
                arguments("{\"v\":1,\"clientId\":\"acme\",\"cost\":\"1\"}", "cost", "a string (expected: an integer)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"maxWaitMillis\":60001}",
                        "maxWaitMillis",
                        "60001 (expected: 0..60000)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"priority\":\"urgent\"}",
                        "priority",
                        "\"urgent\" (expected: low, normal, high or critical)"),
                arguments("{\"v\":1,\"clientId\":\"acme\",\"cost\":{}}", "cost", "an object (expected: an integer)"),
                arguments("{\"v\":1,\"clientId\":\"acme\",\"route\":[]}", "route", "a list (expected: an object)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"route\":{\"method\":1}}",
                        "route.method",
                        "1 (expected: a string)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"route\":{\"path\":\"" + "/".repeat(2049) + "\"}}",
                        "route.path",
                        "2049 characters (expected: 0..2048)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"attributes\":{\"a\":true}}",
                        "attributes.a",
                        "true (expected: a string)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"idempotencyKey\":\"\"}",
                        "idempotencyKey",
                        "0 characters (expected: 1..128)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"requestId\":false}",
                        "requestId",
                        "false (expected: a string)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":-1,\"correlationId\":\"c\"}}",
                        "reply.partition",
                        "-1 (expected: a partition of the reply topic)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":4,\"correlationId\":\"c\"}}",
                        "reply.partition",
                        "4 (expected: 0..3)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":1}}",
                        "reply.correlationId",
                        "0 characters (expected: 1..128)"),
                arguments(
                        "{\"v\":1,\"type\":\"quota\",\"clientId\":\"acme\"}",
                        "reply",
                        "missing (expected: partition and correlationId)"),
                arguments(
                        "{\"v\":1,\"type\":\"control\",\"payload\":\"x\"}",
                        "signature",
                        "missing (expected: a signed control record)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":86400001}}",
                        "reserve.ttlMillis",
                        "86400001 (expected: 1..86400000)"),
                arguments(
                        "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":\"1s\"}}",
                        "reserve.ttlMillis",
                        "a string (expected: an integer)"),
                arguments(
                        "{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"reservationId\":\"0-17\"}",
                        "cost",
                        "missing (expected: 0..1000000000)"),
                arguments(
                        "{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"reservationId\":\"0-17\",\"cost\":-3}",
                        "cost",
                        "-3 (expected: 0..1000000000)"),
                arguments(
                        "{\"v\":1,\"type\":\"cancel\",\"clientId\":\"acme\",\"reservationId\":\"17\"}",
                        "reservationId",
                        "\"17\" (expected: partition-offset, as a verdict names it)"),
                arguments(
                        "{\"v\":1,\"type\":\"release\",\"clientId\":\"acme\",\"reservationId\":\"0-17\"}",
                        "reservationId",
                        "unknown member (expected: only v, type, clientId, releaseId, reply)"),
                arguments(
                        "{\"v\":1,\"type\":\"release\",\"clientId\":\"acme\"}",
                        "releaseId",
                        "missing (expected: partition-offset, as a verdict names it)"),
                arguments(
                        "{\"v\":1,\"type\":\"release\",\"clientId\":\"other\",\"releaseId\":\"0-17\"}",
                        "key",
                        "not the account of clientId (expected: its first segment as record key)"),
                arguments(
                        "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"}]}",
                        "checks",
                        "1 (expected: 2..100 checks)"),
                arguments(
                        "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"other/a\"}]}",
                        "checks[1].clientId",
                        "\"other/a\" (expected: a client of account \"acme\", as in checks[0])"),
                arguments(
                        "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\","
                                + "\"cost\":-3}]}",
                        "checks[1].cost",
                        "-3 (expected: 0..1000000000)"),
                arguments(
                        "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\","
                                + "\"reserve\":{\"ttlMillis\":5}}]}",
                        "checks[1].reserve",
                        "given (expected: none, a batch reserves nothing)"),
                arguments(
                        "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"other\"},{\"clientId\":\"other\"}]}",
                        "key",
                        "not the account of clientId (expected: its first segment as record key)"),
                arguments(
                        "{\"v\":1,\"type\":\"grant\"}",
                        "type",
                        "unknown (expected: admission, batch, commit, cancel, release, lease, lease-report,"
                                + " lease-reports, quota, explain, profile, ping, control)"),
                arguments("{\"v\":1,\"clientId\":\"acme\"} {}", "", "more than one JSON object (expected: one)"));
    }

    @ParameterizedTest
    @MethodSource("badRecords")
    void shouldNameFieldAndExpectation_whenRecordIsBad(String value, String field, String detail) {
        // Given
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);

        // When
        DecodedRequest decoded = READER.read(KEY, bytes);

        // Then
        assertThat(decoded).isInstanceOfSatisfying(Malformed.class, malformed -> {
            assertThat(malformed.field()).isEqualTo(field);
            assertThat(malformed.detail()).isEqualTo(detail);
        });
    }

    @Test
    void shouldRefuse_whenTombstoneOrNotJson() {
        // Given
        byte[] garbage = {(byte) 0xff, 0, 1, 2};

        // When / Then
        assertThat(READER.read(KEY, null)).isEqualTo(new Malformed("", "a tombstone (expected: a JSON object)", null));
        assertThat(READER.read(KEY, garbage))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.detail())
                                .isEqualTo("byte 0xFF at index 0 (expected: UTF-8, see RFC 3629)"));
    }

    @Test
    void shouldRefuse_whenTooLarge() {
        // Given
        String padding = "x".repeat(65_536);
        byte[] large = ("{\"v\":1,\"clientId\":\"acme\",\"x\":\"" + padding + "\"}").getBytes(StandardCharsets.UTF_8);
        byte[] huge = new byte[1_048_577];

        // When / Then
        assertThat(((Malformed) READER.read(KEY, large)).detail()).endsWith("bytes (expected: at most 65536)");
        assertThat(((Malformed) READER.read(KEY, huge)).detail())
                .isEqualTo("1048577 bytes (expected: at most 1048576)");
    }

    @Test
    void shouldRefuse_whenNestedLikeABomb() {
        // Given
        String bomb = "{\"v\":1,\"clientId\":\"acme\",\"x\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}";

        // When
        Malformed malformed = (Malformed) READER.read(KEY, bomb.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(malformed.detail()).startsWith("not valid JSON: Document nesting depth");
    }

    @Test
    void shouldRefuse_whenTooManyAttributes() {
        // Given
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < 33; i++) {
            attributes.append(i == 0 ? "" : ",").append("\"a").append(i).append("\":\"\"");
        }
        String value = "{\"v\":1,\"clientId\":\"acme\",\"attributes\":{" + attributes + "}}";

        // When
        Malformed malformed = (Malformed) READER.read(KEY, value.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(malformed.field()).isEqualTo("attributes");
        assertThat(malformed.detail()).isEqualTo("too many (expected: at most 32)");
    }

    @Test
    void shouldKeepTheReplyAddress_whenItStandsBeforeOrBehindTheMistake() {
        // Given
        String reply = "\"reply\":{\"partition\":2,\"correlationId\":\"c\"}";
        String mistake = "\"attributes\":{\"a\":{\"b\":[1,{}]}},\"cost\":-1";

        // When
        Malformed before = malformed("{\"v\":1," + reply + ",\"clientId\":\"acme\"," + mistake + "}");
        Malformed behind = malformed("{\"v\":1," + mistake + ",\"clientId\":\"acme\"," + reply + "}");

        // Then
        assertThat(before.field()).isEqualTo("attributes.a");
        assertThat(before.reply()).isEqualTo(new ReplyAddress(2, "c"));
        assertThat(behind).isEqualTo(before);
    }

    @Test
    void shouldRefuse_whenInAnotherPartitionThanItsKeys() {
        // Given: of 64 partitions, acme's is one
        byte[] value = "{\"v\":1,\"clientId\":\"acme\"}".getBytes(StandardCharsets.UTF_8);

        // When
        long wellFormed = Stream.iterate(0, partition -> partition + 1)
                .limit(64)
                .filter(partition ->
                        new RequestReader(partition, 64, 4).read(KEY, value) instanceof DecodedRequest.WellFormed)
                .count();

        // Then
        assertThat(wellFormed).isEqualTo(1);
    }

    private static Malformed malformed(String value) {
        return (Malformed) READER.read(KEY, value.getBytes(StandardCharsets.UTF_8));
    }
}
