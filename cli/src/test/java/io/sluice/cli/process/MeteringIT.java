package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands of METERING, taken from there and run by a shell, in its order, under its rules. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MeteringIT {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");
    /** More than can flow back while a test runs, at 10,000 a minute. */
    private static final long FLOWS_BACK_MAX = 14_000;

    private static DevProcess dev;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        dev = DevProcess.ready(
                data,
                "--rules",
                Path.of("../examples/llm-tokens.yaml")
                        .toAbsolutePath()
                        .normalize()
                        .toString());
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    private static List<String> run(String name) throws IOException, InterruptedException {
        return new ReadmeBlock("docs/METERING.md", dev.httpUrl(), dev.bootstrapServers())
                .run(name)
                .lines()
                .toList();
    }

    private static long numberIn(String line) {
        Matcher number = NUMBER.matcher(line);
        assertThat(number.find()).as(line).isTrue();
        return Long.parseLong(number.group());
    }

    @Test
    @Order(1)
    void shouldKeepMoreThanWasReserved_whenTheStreamUsedMore() throws Exception {
        // Again, should an answer not have come in time: the key, the commit and the release give the same answers.
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(run("commit"))
                        .containsExactly(
                                "\"outcome\":\"committed\"",
                                "\"reserved\":4000",
                                "\"cost\":5200",
                                "\"returned\":0",
                                "\"outcome\":\"released\""));
    }

    @Test
    @Order(2)
    void shouldChargeToTheBoundOnceAndDenyWhatComesThen_whenChargedAfterwards() throws Exception {
        // When
        List<String> lines = run("charge");

        // Then: 50,000 less the 40,000 that there can be, and what is used of them
        assertThat(lines).hasSize(9);
        assertThat(numberIn(lines.get(1))).isBetween(15_200 - FLOWS_BACK_MAX, 15_200L);
        assertThat(lines.get(2)).isEqualTo("\"reasonCode\":\"charged-in-part\"");
        assertThat(lines.get(3)).isEqualTo("\"replayed\":false");
        assertThat(lines.subList(4, 7)).isEqualTo(lines.subList(0, 3));
        assertThat(lines.get(7)).isEqualTo("\"replayed\":true");
        assertThat(lines.get(8)).isEqualTo("429");
    }

    @Test
    @Order(3)
    void shouldGiveBack_whenRefunded() throws Exception {
        // When
        List<String> lines = run("refund");

        // Then
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("\"reasonCode\":\"refunded\"");
        assertThat(numberIn(lines.get(1))).isBetween(-34_800L, -34_800 + FLOWS_BACK_MAX);
    }
}
