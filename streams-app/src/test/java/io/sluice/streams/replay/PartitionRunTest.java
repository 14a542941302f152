package io.sluice.streams.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartitionRunTest {
    private static final long NOW_MILLIS = 1_800_000_000_000L;
    private static final byte[] ACME = "acme".getBytes(StandardCharsets.UTF_8);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private RunMemory memory;
    private PartitionRun run;

    @BeforeEach
    void start(@TempDir Path directory) {
        memory = new RunMemory(8 << 20, /* statesMax= */ 1);
        run = new PartitionRun(
                0,
                new RunSettings(1, 1, TestKeys.TRUSTED, /* cachedEntriesMax= */ 16),
                new PartitionRun.Place(directory, memory),
                registry,
                decision -> {});
    }

    @AfterEach
    void stop() {
        run.close();
        memory.close();
    }

    @Test
    void shouldMissNothing_whenItBeginsInTheMiddleOfALog() throws Exception {
        // When
        feed(5_000);
        feed(5_001);

        // Then
        assertThat(skipped()).isZero();
    }

    @Test
    void shouldCountWhatIsMissing_whenOffsetsArePassedOverLater() throws Exception {
        // When
        feed(5_000);
        feed(6_001);

        // Then
        assertThat(skipped()).isEqualTo(1_000);
    }

    private void feed(long offset) throws Exception {
        run.feed(
                offset,
                NOW_MILLIS,
                ACME,
                RequestCodec.encode(AdmissionRequest.of("acme/a").build().repliedTo(null)));
    }

    private double skipped() {
        return registry.counter("sluice.requests.skipped").count();
    }
}
