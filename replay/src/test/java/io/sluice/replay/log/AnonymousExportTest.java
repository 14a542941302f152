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
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.streams.replay.RunSettings;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnonymousExportTest {
    private static final long SEED = 19;

    @TempDir
    Path directory;

    private ListLog log;
    private Path exported;

    @BeforeEach
    void export() throws Exception {
        log = TrafficLog.of(SEED, 500);
        exported = directory.resolve("exported");
        new LogExport(log, TestKeys.TRUSTED, () -> false).to(exported, new LogExport.Part(null, null, true, true));
    }

    @Test
    void shouldHoldNoName_whenAnonymised() throws Exception {
        // When, Then
        try (ExportedLog copy = new ExportedLog(exported)) {
            assertThat(copy.manifest().anonymised()).isTrue();
            assertThat(copy.manifest().decisions()).isEmpty();
            for (int partition = 0; partition < copy.partitions(); partition++) {
                try (LogReader reader = copy.requests(partition, null)) {
                    for (LoggedRecord record = reader.next(); record != null; record = reader.next()) {
                        assertThat(new String(record.value(), StandardCharsets.UTF_8))
                                .doesNotContain("account-0", "account-1", "/team/", "testkit", "sequence");
                    }
                }
            }
        }
        assertThat(Files.readString(exported.resolve("manifest.json"))).doesNotContain("a list");
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
