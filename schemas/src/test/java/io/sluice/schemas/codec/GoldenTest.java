package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.AccountSamples;
import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.UsageSamples;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden bytes of wire version 1: what is emitted is exactly this, and this is read for ever.
 *
 * <p>A golden file is never edited. A field that is added appears in new goldens; the old ones must still decode.
 */
final class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/v1");

    static Iterable<String> requests() {
        return SampleRecords.requests().keySet();
    }

    static Iterable<String> replies() {
        return SampleRecords.replies().keySet();
    }

    static Iterable<String> decisions() {
        return SampleRecords.decisions().keySet();
    }

    static Iterable<String> commands() {
        return SampleRecords.commands().keySet();
    }

    static Iterable<String> alerts() {
        return SampleRecords.alerts().keySet();
    }

    static Iterable<String> audit() {
        return SampleRecords.audit().keySet();
    }

    @Test
    void shouldEqualItsGolden_whenClockMark() throws Exception {
        // Given
        ClockMark sample = new ClockMark(3, 1_700_000_000_000L, "alice", "the broker was \"late\"");

        // When
        String encoded = ClockMarkCodec.encode(sample);

        // Then
        assertThat(encoded).isEqualTo(golden("clock-mark"));
        assertThat(ClockMarkCodec.decode(encoded)).isEqualTo(sample);
        assertThat(ClockMarkCodec.isOne(encoded)).isTrue();
        assertThat(AccountCommandCodec.isOne(encoded)).isFalse();
    }

    @Test
    void shouldEqualItsGolden_whenSignal() throws Exception {
        // Given
        SignalRecord sample = new SignalRecord("payments-db", false, 30_000, 1_700_000_000_000L, "db-agent");

        // When
        String encoded = SignalCodec.encode(sample);

        // Then
        assertThat(encoded).isEqualTo(golden("signal"));
        assertThat(SignalCodec.decode(encoded)).isEqualTo(sample);
        assertThat(SignalCodec.isOne(encoded)).isTrue();
        assertThat(ClockMarkCodec.isOne(encoded)).isFalse();
    }

    @Test
    void shouldEqualItsGolden_whenLedgerVersion() throws Exception {
        // Given
        LedgerVersionRecord sample = new LedgerVersionRecord(2, "alice", "all apps are \"new\"");

        // When
        String encoded = LedgerVersionCodec.encode(sample);

        // Then
        assertThat(encoded).isEqualTo(golden("ledger-version"));
        assertThat(LedgerVersionCodec.decode(encoded)).isEqualTo(sample);
        assertThat(LedgerVersionCodec.isOne(encoded)).isTrue();
        assertThat(ClockMarkCodec.isOne(encoded)).isFalse();
    }

    static Iterable<String> accountCommands() {
        return AccountSamples.commands().keySet();
    }

    @ParameterizedTest
    @MethodSource("accountCommands")
    void shouldEqualItsGolden_whenAccountCommand(String name) throws Exception {
        // Given
        AccountCommand sample = AccountSamples.commands().get(name);

        // When
        String encoded = AccountCommandCodec.encode(sample);

        // Then
        assertThat(encoded).isEqualTo(golden(name));
        assertThat(AccountCommandCodec.decode(golden(name))).isEqualTo(sample);
        assertThat(AccountCommandCodec.isOne(golden(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"profile", "profile-credited"})
    void shouldEqualItsGolden_whenProfile(String name) throws Exception {
        // Given
        Profile sample = name.equals("profile") ? AccountSamples.profile() : AccountSamples.credited();

        // When
        byte[] encoded = ProfileCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(ProfileCodec.decode(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldEqualItsGolden_whenRequest(String name) throws Exception {
        // Given
        RequestRecord sample = SampleRecords.requests().get(name);

        // When
        byte[] encoded = RequestCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(RequestCodec.decode(keyOf(sample), goldenBytes(name)))
                .isEqualTo(new DecodedRequest.WellFormed(sample));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void shouldEqualItsGolden_whenReply(String name) throws Exception {
        // Given
        Reply sample = SampleRecords.replies().get(name);

        // When
        byte[] encoded = SampleRecords.encoded(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(ReplyCodec.decode(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void shouldEqualItsGolden_whenDecision(String name) throws Exception {
        // Given
        DecisionRecord sample = SampleRecords.decisions().get(name);

        // When
        byte[] encoded = DecisionCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(DecisionCodec.read(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldEqualItsGolden_whenCommand(String name) throws Exception {
        // Given
        ControlCommand sample = SampleRecords.commands().get(name);

        // When
        String encoded = ControlCommandCodec.encode(sample);

        // Then
        assertThat(encoded).isEqualTo(golden(name));
        assertThat(ControlCommandCodec.decode(golden(name))).isEqualTo(sample);
    }

    static Iterable<String> usage() {
        return UsageSamples.usage().keySet();
    }

    static Iterable<String> usageQueries() {
        return UsageSamples.queries().keySet();
    }

    @ParameterizedTest
    @MethodSource("usageQueries")
    void shouldEqualItsGolden_whenUsageQuery(String name) throws Exception {
        // Given
        UsageQuery sample = UsageSamples.queries().get(name);

        // When
        byte[] encoded = UsageQueryCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(UsageQueryCodec.decode(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("usage")
    void shouldEqualItsGolden_whenUsage(String name) throws Exception {
        // Given
        UsageRecord sample = UsageSamples.usage().get(name);

        // When
        byte[] encoded = UsageCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(UsageCodec.decode(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void shouldEqualItsGolden_whenAlert(String name) throws Exception {
        // Given
        Alert sample = SampleRecords.alerts().get(name);

        // When
        byte[] encoded = AlertCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(AlertCodec.decode(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("audit")
    void shouldEqualItsGolden_whenAuditEntry(String name) throws Exception {
        // Given
        AuditEntry sample = SampleRecords.audit().get(name);

        // When
        byte[] encoded = AuditCodec.encode(sample);

        // Then
        assertThat(new String(encoded, StandardCharsets.UTF_8)).isEqualTo(golden(name));
        assertThat(AuditCodec.decode(goldenBytes(name))).isEqualTo(sample);
    }

    @ParameterizedTest
    @ValueSource(strings = "ruleset-activation")
    void shouldEqualItsGolden_whenActivation(String name) throws Exception {
        // Given
        // When
        String encoded = ActivationCodec.encode(SampleRecords.activation());

        // Then
        assertThat(encoded).isEqualTo(golden(name));
        assertThat(ActivationCodec.decode(golden(name))).isEqualTo(SampleRecords.activation());
    }

    /** Written by another packer: Java may pack the same text into other bytes. */
    @Test
    void shouldBeRead_whenAnActivationIsPacked() throws Exception {
        assertThat(ActivationCodec.decode(golden("ruleset-activation-packed"))).isEqualTo(SampleRecords.activation());
    }

    @ParameterizedTest
    @ValueSource(strings = "access-snapshot")
    void shouldEqualItsGolden_whenAccessEntries(String name) throws Exception {
        // Given
        // When
        String encoded = AccessSnapshotCodec.encode(SampleRecords.access());

        // Then
        assertThat(encoded).isEqualTo(golden(name));
        assertThat(AccessSnapshotCodec.decode(golden(name))).isEqualTo(SampleRecords.access());
    }

    @ParameterizedTest
    @ValueSource(strings = "request-admission-with-fields-of-the-future")
    void shouldBeRefusedAndAnswered_whenFieldsAreUnknown(String name) throws Exception {
        // Given
        RequestRecord sample = SampleRecords.requests().get("request-admission");

        // When
        DecodedRequest decoded = RequestCodec.decode(keyOf(sample), goldenBytes(name));

        // Then
        assertThat(decoded).isInstanceOfSatisfying(DecodedRequest.Malformed.class, malformed -> {
            assertThat(malformed.field()).isEqualTo("fieldOfTheFuture");
            assertThat(malformed.detail()).startsWith("unknown member (expected: only v, type, clientId, ");
            assertThat(malformed.reply()).isEqualTo(sample.reply());
        });
    }

    private static byte[] keyOf(RequestRecord record) {
        ClientId clientId = record.request().clientId();
        return (clientId == null ? "" : clientId.account()).getBytes(StandardCharsets.UTF_8);
    }

    private static String golden(String name) throws IOException {
        return new String(goldenBytes(name), StandardCharsets.UTF_8);
    }

    private static byte[] goldenBytes(String name) throws IOException {
        return Files.readAllBytes(GOLDEN.resolve(name + ".json"));
    }
}
