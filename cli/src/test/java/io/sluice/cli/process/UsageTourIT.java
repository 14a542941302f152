package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour of USAGE by its own commands: find the offender, see why, punish in shadow, enforce, pardon. */
final class UsageTourIT {
    private static final HttpCaller CALLER = new HttpCaller();
    private static final String TRIED = "sluice_penalties_total{event=\"started-in-shadow\"}";
    private static final String ENFORCED = "sluice_penalties_total{event=\"started\"}";

    @TempDir
    private static Path directory;

    private static DevProcess dev;
    private static DocumentBlock tour;

    @BeforeAll
    static void start() throws IOException {
        dev = DevProcess.ready(directory.resolve("data"));
        tour = DocumentBlock.of("docs/USAGE.md", Files.createDirectory(directory.resolve("tour")), dev);
    }

    @AfterAll
    static void stop() throws IOException {
        tour.close();
        dev.close();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(3));
    }

    @Test
    void shouldFindPunishAndPardon_whenTheTourIsFollowed() throws Exception {
        assertThat(tour.run("attack")).containsPattern("\\d+ 200\\s+\\d+ 429");
        // What front ends denied by themselves is reported some seconds later.
        await().until(() -> CALLER.get(dev.adminUrl() + "/v1/top?by=denied&window=day")
                .body()
                .matches(".*\"account\":\"acme\",\"count\":[3-9]\\d.*"));
        assertThat(tour.run("offender")).containsPattern("top by denied, this hour, from 20\\S+\n +1 +[3-9]\\d  acme");
        assertThat(tour.run("why"))
                .contains("  lease-report  acme/mallory  none: 0 allowed, ")
                .contains("deny: limit free-per-client has ");
        assertThat(tour.run("usage")).containsPattern("  allowed 2\\d  denied \\d\\d  charged 2\\d  clients 1");
        assertThat(tour.run("own")).contains("{\"account\":\"acme\",\"step\":\"minute\"", "\"outcome\":\"denied\"");

        assertThat(tour.run("shadow"))
                .contains("ruleset revision 2 is in force")
                .containsPattern("\\d+ 429");
        await().until(() -> metric(TRIED) == 1);
        assertThat(tour.run("tried"))
                .containsPattern("penalty greedy, rung 1 of 2 \\(deny\\) until 20\\S+, in shadow")
                .contains(TRIED + " 1.0", ENFORCED + " 0.0");

        assertThat(tour.run("enforce"))
                .contains("- penalties.rules[greedy].mode: \"shadow\"")
                .contains("ruleset revision 3 is in force");
        await().until(() -> metric(ENFORCED) == 1);
        await().until(() -> CALLER.get(dev.adminUrl() + "/v1/penalties").body().contains("\"penaltyId\":\"greedy\""));
        assertThat(tour.run("enforced"))
                .contains("deny: penalty greedy is in force for client acme/mallory, rung 1 of 2 (deny); it ends in ")
                .containsPattern("client acme/mallory  greedy, rung 1 of 2 \\(deny\\) until 20\\S+, since 30 denials")
                .contains("allow: every limit that applies has enough tokens", "client acme/alice, ");
        assertThat(tour.run("pardon"))
                .contains("account acme, version 1: tier free, by the ruleset", "  pardon  dev  their tests ran wild")
                .doesNotContain("penalty greedy is in force");
        tour.run("clear");
        assertThat(Files.list(tour.directory())).hasSize(1);
    }

    private static double metric(String series) {
        return CALLER.metric(dev.adminUrl(), series);
    }
}
