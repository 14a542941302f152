package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.cli.process.SluiceProcess.Ended;
import io.sluice.schemas.codec.DecisionCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people and analysts see of decisions by the commands of the documents, with hostile names among callers. */
final class RecentDecisionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpCaller CALLER = new HttpCaller();
    private static final String FORMULA = "=1+cmd|x!A0";
    private static final String MARKUP = "acme/<script>alert(1)</script>";
    private static final String BIDI = "acme/evil\u202ename";

    @TempDir
    private static Path directory;

    private static DevProcess dev;
    private static DocumentBlock history;
    private static DocumentBlock analysts;

    @BeforeAll
    static void start() throws Exception {
        dev = DevProcess.ready(directory.resolve("data"));
        history = DocumentBlock.of("docs/HISTORY.md", Files.createDirectory(directory.resolve("h")), dev);
        analysts = DocumentBlock.of("docs/ANALYSTS.md", Files.createDirectory(directory.resolve("a")), dev);
        ask("acme/alice", 25, true);
        ask(MARKUP, 1, true);
        ask(BIDI, 1, true);
        ask(FORMULA, 1, true);
        // Often enough for leases.
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
            ask("acme/hot", 20, false);
            return body("acme", "limit=500").contains("\"type\":\"lease-report\"");
        });
    }

    @AfterAll
    static void stop() throws IOException {
        history.close();
        analysts.close();
        dev.close();
    }

    private static void ask(String clientId, int times, boolean exact) {
        CALLER.postAll(
                dev.httpUrl() + "/v1/admissions",
                Collections.nCopies(times, "{\"clientId\":\"" + clientId + "\",\"exact\":" + exact + "}"));
    }

    private static String body(String account, String query) {
        Call call = CALLER.get(dev.adminUrl() + "/v1/accounts/" + account + "/decisions?" + query);
        assertThat(call.status()).as(call.body()).isEqualTo(200);
        return call.body();
    }

    private static Ended decisions(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("account", "decisions"));
        all.addAll(List.of(arguments));
        Ended ended = SluiceProcess.run(
                Map.of("SLUICE_ADMIN_URL", dev.adminUrl(), "SLUICE_URL", dev.httpUrl()), all.toArray(String[]::new));
        ended.ok();
        return ended;
    }

    @Test
    void shouldShowWhatWasDecided_asText() throws Exception {
        // When
        Ended denied = decisions("acme", "--client", "acme/alice", "--verdict", "deny");
        Ended first = decisions("acme", "--limit", "3");
        Ended own = decisions("acme", "--own", "--limit", "500");

        // Then
        assertThat(denied.lines())
                .hasSizeBetween(1, 5)
                .allMatch(line -> line.matches(
                        "20\\S+Z  [0-3]@\\d+  decision  acme/alice  deny limit-exceeded, cost 1, decision [0-3]-\\d+, revision 1"
                                + "  \\[\\*free-per-client 0/20; free-per-account \\d+/200]"));
        assertThat(first.lines()).hasSize(4).last().asString().matches("older ones: --before [0-3]-\\d+ \\(\\d+ .*");
        assertThat(String.join("\n", own.lines()))
                .contains("  lease  acme/hot  ", "  lease-report  acme/hot  ", MARKUP, "acme/evil\\u202ename")
                .doesNotContain("\u202e");
    }

    @Test
    void shouldBeSafeInASpreadsheet_asCsv() throws Exception {
        // When
        Ended ended = decisions(FORMULA, "--output", "csv");

        // Then
        assertThat(ended.lines()).hasSize(2);
        assertThat(ended.lines().get(1)).contains(",decision,", "\"'" + FORMULA + "\"");
    }

    @Test
    void shouldFollowItsDescription_asJson() throws Exception {
        // Given
        JsonNode page = JSON.readTree(body("acme", "limit=500"));

        // When / Then
        assertThat(page.path("records").size()).isGreaterThan(25);
        long previous = Long.MAX_VALUE;
        for (JsonNode record : page.path("records")) {
            assertThat(record.path("offset").asLong()).isLessThan(previous);
            previous = record.path("offset").asLong();
            assertThat(record.path("record").path("account").asText()).isEqualTo("acme");
            assertThat(DecisionCodec.read(record.path("record").toString().getBytes(StandardCharsets.UTF_8)))
                    .isNotNull();
        }
    }

    @Test
    void shouldDoWhatTheDocumentsShow_whenTheirCommandsRun() throws Exception {
        // When / Then
        assertThat(history.run("newest")).contains("  decision  acme/");
        assertThat(history.run("denied")).contains("deny limit-exceeded");
        assertThat(history.run("own")).contains("  acme/");
        assertThat(history.run("rest")).contains("\"topic\":\"sluice.decisions.v1\"", "\"record\":{\"v\":1");
        assertThat(history.run("table")).startsWith("recordedAt,partition,offset,kind");
    }

    @Test
    void shouldPlotADay_whenTheExampleRuns() throws Exception {
        // Given
        assumeTrue(isInstalled("kcat", "-V"), "kcat is not installed");
        assumeTrue(isInstalled("python3", "-V"), "python3 is not installed");

        // When
        String said = analysts.run("plot");

        // Then
        assertThat(said).containsPattern("day.svg: 20\\S+, \\d+ allowed, [1-9]\\d* denied, 0 records left out");
        String picture = Files.readString(analysts.directory().resolve("day.svg"));
        assertThat(picture).startsWith("<svg ").contains("denied most", ">acme</text>");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(analysts.directory().resolve("day.svg").toFile())
                        .getElementsByTagName("script")
                        .getLength())
                .isZero();

        // When / Then: usage of a minute is there some seconds after its last request
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(analysts.run("usage"))
                        .containsPattern("usage.svg: 20\\S+, [1-9]\\d* allowed, [1-9]\\d* denied, 0 records left out"));

        // When / Then
        assumeTrue(isInstalled("python3", "-c", "import duckdb"), "duckdb is not installed");
        assertThat(analysts.run("duckdb")).contains("refused_by", "free-per-client", "acme");
    }

    private static boolean isInstalled(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
