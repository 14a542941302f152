package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.sluice.cli.Sluice;
import io.sluice.replay.log.LogFileWriter;
import io.sluice.replay.log.LogManifest;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten minutes of traffic under other rules, as a page in a browser; and the numbers that a limit would need. */
final class ReplayReportIT {
    private static final int PARTITIONS = 2;
    private static final int REQUESTS = 6_000;
    private static final long SEED = 5;
    private static final long BEGIN_MILLIS = 1_796_025_600_000L;
    private static final int WIDTH = 1_100;
    private static final String RULES = """
            {"tiers":["free","pro","enterprise"],"defaultTier":"free",
             "accounts":{"globex":{"tier":"enterprise"},"initech":{"tier":"enterprise"},"umbrella":{"tier":"pro"},
              "hooli":{"tier":"pro"}},
             "limits":[
              {"id":"free-per-client","match":{"tiers":["free"]},"scope":"client",
               "rate":{"tokens":%d,"per":"1m"},"burst":%d},
              {"id":"paid-per-account","match":{"tiers":["pro","enterprise"]},"scope":"account",
               "rate":{"tokens":%d,"per":"1m"},"burst":25},
              {"id":"exports","match":{"path":"/v1/exports/**"},"scope":"account",
               "rate":{"tokens":10,"per":"1m"},"burst":10}]}
            """;
    private static final String BEFORE = RULES.formatted(6, 30, 20);
    private static final String CANDIDATE = RULES.formatted(4, 12, 60);

    @TempDir
    private Path directory;

    private Path log;
    private Path candidate;

    @BeforeEach
    void write() throws Exception {
        log = Files.createDirectories(directory.resolve("log"));
        candidate = Files.writeString(directory.resolve("candidate.yaml"), CANDIDATE);
        List<LogManifest.Span> spans = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            spans.add(write(partition));
        }
        new LogManifest("a demonstration", PARTITIONS, 1, false, TestKeys.TRUSTED, spans, List.of()).write(log);
    }

    private LogManifest.Span write(int partition) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> accounts = new ArrayList<>(List.of("globex", "initech", "umbrella", "hooli"));
        for (int i = 0; i < 60; i++) {
            accounts.add("customer-" + i);
        }
        try (LogFileWriter writer = new LogFileWriter(LogManifest.requestsFile(log, partition))) {
            byte[] activation = RequestCodec.encode(Activations.signed(TestKeys.RULES, 7, BEFORE));
            writer.write(new LoggedRecord(0, BEGIN_MILLIS, "ruleset".getBytes(StandardCharsets.UTF_8), activation));
            for (int i = 0; i < REQUESTS; i++) {
                // A few are busy, most are not; there is a rush in the middle.
                String account = accounts.get(Math.min(random.nextInt(64), random.nextInt(64)));
                String client = account + "/user-" + random.nextInt(3);
                boolean isExport = random.nextInt(12) == 0;
                long cost = isExport ? 3 : 1;
                long atMillis = BEGIN_MILLIS + 120L * i - (i > 3_000 ? 90L * Math.min(i - 3_000, 1_500) : 0);
                if (AccountPartitioner.partitionOf(account, PARTITIONS) == partition) {
                    AdmissionRequest request = AdmissionRequest.of(client)
                            .cost(cost)
                            .route(new Route(isExport ? "POST" : "GET", isExport ? "/v1/exports/7" : "/v1/orders", ""))
                            .build();
                    writer.write(new LoggedRecord(
                            writer.records(),
                            atMillis,
                            account.getBytes(StandardCharsets.UTF_8),
                            RequestCodec.encode(request)));
                }
            }
            writer.end();
            return new LogManifest.Span(0, writer.records(), writer.records());
        }
    }

    private static String run(int exitCode, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int ended = Sluice.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(ended).as("%s%s", out, err).isEqualTo(exitCode);
        return out.toString();
    }

    @Test
    void shouldShowTheWholeReport_whenOpenedInABrowser() throws IOException {
        // Given
        Path html = directory.resolve("report.html");
        String text = run(
                5,
                "replay",
                "--log",
                log.toString(),
                "--rules",
                candidate.toString(),
                "--html",
                html.toString(),
                "--max-new-denials",
                "0.1%",
                "--no-flips",
                "tier=enterprise");
        assertThat(text).contains("requests newly denied", "free-per-client", "gate: ");

        // When
        try (ConsoleBrowser browser = ConsoleBrowser.start()) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                Page page = browser.page("file://", WIDTH, scheme);
                page.navigate(html.toUri().toString());

                // Then: everything is there; that nothing was fetched, and nothing ran, is asserted at the end
                assertThat(page.locator("h1")).hasText("What these rules would have done");
                assertThat(page.locator(".summary")).containsText("requests newly denied");
                assertThat(page.locator("svg").first()).isVisible();
                assertThat(page.locator("body")).containsText("customer-0");
                assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                        .isTrue();
                Path picture = Path.of(
                        "target", "pictures", "replay-report-" + scheme.name().toLowerCase(Locale.ROOT) + ".png");
                page.screenshot(new Page.ScreenshotOptions().setPath(picture).setFullPage(true));
                assertThat(picture).isNotEmptyFile();
            }
            browser.assertNoMistakes();
        }
    }

    @Test
    void shouldSuggestNumbersThatKeepToTheGoal_whenALimitRefusesTooMany() {
        // When
        String text = run(
                0,
                "suggest",
                "--log",
                log.toString(),
                "--rules",
                candidate.toString(),
                "--limit",
                "free-per-client",
                "--max-refused-requests",
                "1%");

        // Then
        assertThat(text)
                .contains("at most 1.00 % of requests refused: factor ", "rate.tokens ", "burst ")
                .contains("FACTOR", "16.000");
        run(
                1,
                "suggest",
                "--log",
                log.toString(),
                "--rules",
                candidate.toString(),
                "--limit",
                "none",
                "--max-refused-requests",
                "1%");
    }
}
