package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.cli.process.ConsoleBrowser.card;
import static io.sluice.cli.process.ConsoleBrowser.shows;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.broker.TopicWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A console over the usage of a million accounts, each of which has asked today. */
@Tag("long")
final class ManyAccountsIT {
    private static final int ACCOUNTS = Integer.getInteger("sluice.accounts", 1_000_000);
    private static final int OPEN_MAX = 4_000;
    private static final int LOOKS = 20;
    /** With those that made the last minute end. */
    private static final Pattern OF_ALL = Pattern.compile("Top 100? of [\\d,]{9,} accounts");
    /** The usage of a minute is on the heap, and here all ask within a minute or two. */
    private static final Map<String, String> ROOM = Map.of("SLUICE_JAVA_OPTS", "-Xmx3g");

    @TempDir
    private Path directory;

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldFindAndRank_whenAMillionAccountsHaveAsked() throws Exception {
        try (ConsoleBrowser browser = ConsoleBrowser.start();
                DevProcess dev = DevProcess.ready(ROOM, directory.resolve("data"), "--usage-accounts-max", "1000000")) {
            // Given
            ask(dev.bootstrapServers());
            awaitCounted(dev);
            String some = "/v1/accounts?limit=20&prefix=account-0";

            // When / Then the answers are as fast as they are with a few
            printed("search by API", dev.adminUrl() + some);
            printed("top 100 by API", dev.adminUrl() + "/v1/top?by=used-cost&window=day&limit=100");
            printed(
                    "usage of one by API",
                    dev.adminUrl() + "/v1/accounts/" + name(ACCOUNTS / 2) + "/usage?step=minute");
            assertThat(caller.get(dev.adminUrl() + some).body()).contains("account-0000000", "account-0000019");

            // And the console shows them by pages
            Page page = browser.page(dev.adminUrl(), 1280, ColorScheme.LIGHT);
            timed("overview", () -> {
                page.navigate(dev.adminUrl() + "/console#/?by=used-cost&window=day");
                assertThat(card(page, "Top of this day")).containsText(OF_ALL);
            });
            timed("accounts", () -> {
                page.navigate(dev.adminUrl() + "/console#/accounts");
                assertThat(card(page, "Busiest today")).containsText(OF_ALL);
            });
            timed("search as typed", () -> {
                page.locator("#account-name").pressSequentially(name(ACCOUNTS - 1));
                assertThat(page.locator("#account-names option")).hasCount(1);
            });
            timed("account page", () -> {
                page.keyboard().press("Enter");
                assertThat(page.locator("h1")).hasText(name(ACCOUNTS - 1));
                assertThat(card(page, "Usage").locator("p").first()).containsText(Pattern.compile("allowed|Nothing"));
                shows(card(page, "Buckets now"), "free-per-client");
            });
            page.close();
            browser.assertNoMistakes();
        }
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "account-%07d", number);
    }

    /** Each account once. */
    private static void ask(String bootstrapServers) throws Exception {
        long startNanos = System.nanoTime();
        try (TopicWriter writer = new TopicWriter(bootstrapServers)) {
            List<Future<?>> open = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                open.add(writer.askLater(
                        AdmissionRequest.of(name(i) + "/app").build().repliedTo(null)));
                if (open.size() == OPEN_MAX) {
                    for (Future<?> each : open) {
                        each.get();
                    }
                    open.clear();
                }
            }
        }
        System.out.printf("%,d accounts: asked in %d s%n", ACCOUNTS, (System.nanoTime() - startNanos) / 1_000_000_000);
    }

    /** An hour and a day count minutes that have ended: a partition's minute ends with its next decision. */
    private void awaitCounted(DevProcess dev) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(7))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> {
                    for (int i = 0; i < 40; i++) {
                        caller.postAll(
                                dev.httpUrl() + "/v1/admissions", List.of("{\"clientId\":\"late-" + i + "/app\"}"));
                    }
                    return counted(dev) >= ACCOUNTS;
                });
    }

    private long counted(DevProcess dev) throws Exception {
        String top = caller.get(dev.adminUrl() + "/v1/top?by=used-cost&window=day&limit=1")
                .body();
        Object answer = DocumentTree.ofJson(top);
        return answer instanceof Map<?, ?> members && members.get("accounts") instanceof Number count
                ? count.longValue()
                : 0;
    }

    private void printed(String what, String url) {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < LOOKS; i++) {
            long startNanos = System.nanoTime();
            assertThat(caller.get(url).status()).isEqualTo(200);
            millis.add((System.nanoTime() - startNanos) / 1_000_000);
        }
        millis.sort(null);
        System.out.printf(
                "%,d accounts: %s, median %d ms, slowest of %d %d ms%n",
                ACCOUNTS, what, millis.get(LOOKS / 2), LOOKS, millis.get(LOOKS - 1));
    }

    private static void timed(String what, Runnable step) {
        long startNanos = System.nanoTime();
        step.run();
        System.out.printf("%,d accounts: %s %d ms%n", ACCOUNTS, what, (System.nanoTime() - startNanos) / 1_000_000);
    }
}
