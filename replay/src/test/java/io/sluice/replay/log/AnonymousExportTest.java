package io.sluice.replay.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.Comparison;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.WideTarget;
import io.sluice.streams.replay.RunSettings;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnonymousExportTest {
    private static final long SEED = 19;
    private static final long LATER_MILLIS = 1_900_000_000_000L;

    @TempDir
    Path directory;

    private ListLog log;
    private Path exported;

    @BeforeEach
    void export() throws Exception {
        log = TrafficLog.of(SEED, 500);
        log.publish(0, 1, TrafficLog.limits(6).replace("\"limits\"", "\"accounts\":{\"account-1\":{}},\"limits\""));
        sendMessages();
        exported = directory.resolve("exported");
        new LogExport(log, () -> false).to(exported, new LogExport.Part(null, null, true, true));
    }

    /** What only apps write: messages between partitions, and a ledger version. */
    private void sendMessages() throws Exception {
        String request = new String(
                RequestCodec.encode(
                        AdmissionRequest.of("account-1/team/alice").cost(2).build()),
                StandardCharsets.UTF_8);
        for (String scope : List.of("everybody", "198.51.100.7", "2001:db8::7")) {
            message(new TravellingRequest(
                    0,
                    7,
                    1,
                    1,
                    0,
                    /* follows= */ false,
                    "account-1",
                    request,
                    List.of(new WideTarget("all", scope, 0)),
                    List.of(),
                    /* wish= */ 0));
        }
        byte[] version = RequestCodec.encode(TestKeys.COMMANDS.sign(
                SignedKind.LEDGER_VERSION, LedgerVersionCodec.encode(new LedgerVersionRecord(1, "testkit", "again"))));
        log.add(1, LATER_MILLIS, "ledger".getBytes(StandardCharsets.UTF_8), version);
    }

    private void message(TravellingRequest message) {
        byte[] value = RequestCodec.encode(
                MessageKey.of(TestKeys.RULES, OracleConfig.PLACE).sign(PartitionMessageCodec.encode(message)));
        log.add(1, LATER_MILLIS, "account-1".getBytes(StandardCharsets.UTF_8), value);
    }

    @Test
    void shouldKeepMessagesAndVersions_whenAnonymised() throws Exception {
        // When
        List<ControlRecord> kept = new ArrayList<>();
        TrustedKeys keys;
        try (ExportedLog copy = new ExportedLog(exported);
                LogReader reader = copy.requests(1, new LogPoint.AtMillis(LATER_MILLIS))) {
            keys = copy.keys();
            for (LoggedRecord record = reader.next(); record != null; record = reader.next()) {
                if (RequestCodec.decode(record.key(), record.value()) instanceof DecodedRequest.WellFormed wellFormed
                        && wellFormed.record().request() instanceof ControlRecord control) {
                    kept.add(control);
                }
            }
        }

        // Then: those about addresses are left out, as addresses are everywhere
        assertThat(kept).hasSize(2);
        assertThat(MessageKey.ofReplay().verify(kept.get(0))).isTrue();
        TravellingRequest message =
                (TravellingRequest) PartitionMessageCodec.decode(kept.get(0).payload());
        assertThat(message.visits()).containsExactly(new WideTarget("all", "everybody", 0));
        assertThat(RequestCodec.decodeTravelling(message))
                .isInstanceOfSatisfying(
                        DecodedRequest.WellFormed.class,
                        request -> assertThat(
                                        ((AdmissionRequest) request.record().request())
                                                .clientId()
                                                .account())
                                .isEqualTo(message.account()));
        assertThat(keys.verify(SignedKind.LEDGER_VERSION, kept.get(1))).isTrue();
        assertThat(LedgerVersionCodec.decode(kept.get(1).payload()).version()).isEqualTo(1);
    }

    @Test
    void shouldHoldNoName_whenAnonymised() throws Exception {
        // When, Then
        try (ExportedLog copy = new ExportedLog(exported)) {
            assertThat(copy.manifest().anonymised()).isTrue();
            assertThat(copy.manifest().decisions()).isEmpty();
            for (int partition = 0; partition < copy.partitions(); partition++) {
                assertNoName(copy.requests(partition, null));
            }
            assertNoName(Objects.requireNonNull(copy.rules()));
        }
        assertThat(Files.readString(exported.resolve("manifest.json"))).doesNotContain("a list");
    }

    private static void assertNoName(LogReader reader) throws LogException {
        try (reader) {
            for (LoggedRecord record = reader.next(); record != null; record = reader.next()) {
                assertThat(new String(record.value(), StandardCharsets.UTF_8))
                        .doesNotContain(
                                "account-0", "account-1", "/team/", "testkit", "sequence", "198.51", "2001:db8");
            }
        }
    }

    @Test
    void shouldHoldNoName_whenARulesetIsPacked() throws Exception {
        // Given a document so long that it travels packed
        String padding = "x".repeat(900_000);
        String document = "{\"accounts\":{\"account-0\":{\"tier\":\"free\"}},\"padding\":\"" + padding + "\"}";
        ControlRecord signed = Activations.signed(TestKeys.RULES, 1, document);
        LoggedRecord record = new LoggedRecord(0, 1, /* key= */ null, RequestCodec.encode(signed));
        assertThat(signed.payload()).contains("documentGzip");

        // When
        LoggedRecord anonymous = new Anonymiser(4, TestKeys.TRUSTED).of(record);

        // Then
        ControlRecord control =
                (ControlRecord) ((DecodedRequest.WellFormed) RequestCodec.decode(null, anonymous.value()))
                        .record()
                        .request();
        assertThat(ActivationCodec.decode(control.payload()).documentJson())
                .contains("\"tier\":\"free\"", padding)
                .doesNotContain("account-0");
    }

    @Test
    void shouldForetellTheSame_whenAnonymised() throws Exception {
        // Given
        String candidate = TrafficLog.limits(3);
        Comparison named =
                new Runs(directory).compare(log, RunWindow.ALL, candidate).comparison();

        // When
        Comparison anonymous = compare(candidate);

        // Then
        assertThat(anonymous.matrix()).as("seed %s", SEED).isEqualTo(named.matrix());
        assertThat(anonymous.accounts()).hasSameSizeAs(named.accounts());
        assertThat(named.all().hasFlips()).isTrue();
    }

    private Comparison compare(String candidate) throws Exception {
        WhatIfWork.Rulesets rulesets = new WhatIfWork.Rulesets(null, CandidateRules.activation(candidate));
        try (ExportedLog copy = new ExportedLog(exported)) {
            RunSettings settings = new RunSettings(
                    copy.partitions(), copy.replyPartitions(), copy.manifest().keys(), 64);
            return WhatIfResult.of(
                            copy.name(),
                            "",
                            "",
                            new LogRun(copy, RunWindow.ALL, new RunBounds(1, 32 << 20, 64, directory))
                                    .run((partition, places) -> new WhatIfWork(
                                            partition, settings, places, rulesets, WhatIfBounds.STANDARD)))
                    .comparison();
        }
    }
}
