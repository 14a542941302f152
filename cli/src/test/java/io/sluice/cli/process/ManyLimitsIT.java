package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.cli.process.ConsoleBrowser.act;
import static io.sluice.cli.process.ConsoleBrowser.button;
import static io.sluice.cli.process.ConsoleBrowser.dialogButton;
import static io.sluice.cli.process.ConsoleBrowser.reason;
import static io.sluice.cli.process.ConsoleBrowser.shows;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand limits, from the file to the verdict, and back after a restart. */
@Tag("long")
final class ManyLimitsIT {
    private static final int LIMITS = 10_000;
    private static final double KEY_MILLIS_MAX = 50;

    /** Notes how long each key takes until its frame is there, and how long the page cannot do anything else. */
    private static final String TIMES_OF_KEYS = """
            () => {
              window.keys = [];
              addEventListener("keydown", () => {
                const start = performance.now();
                requestAnimationFrame(() => setTimeout(() => window.keys.push(Math.round(performance.now() - start))));
              }, { capture: true });
              window.longest = 0;
              let last = performance.now();
              setInterval(() => {
                window.longest = Math.max(window.longest, Math.round(performance.now() - last));
                last = performance.now();
              }, 5);
            }
            """;

    @RegisterExtension
    static final ConsoleExtension CONSOLE = new ConsoleExtension();

    private final HttpCaller caller = new HttpCaller();

    private static String rules(int burst) {
        StringBuilder yaml = new StringBuilder("limits:\n");
        for (int i = 0; i < LIMITS; i++) {
            yaml.append("  - id: partner-")
                    .append(i)
                    .append("\n    scope: account\n    match: {methods: [GET, POST], path: /v1/partners/")
                    .append(i)
                    .append("/**}\n    rate: {tokens: 1, per: 1h}\n    burst: ")
                    .append(burst)
                    .append('\n');
        }
        return yaml.toString();
    }

    /** Prints how long a step takes. */
    private static void timed(String what, Runnable step) {
        long startNanos = System.nanoTime();
        step.run();
        System.out.printf("10,000 limits: %s %d ms%n", what, (System.nanoTime() - startNanos) / 1_000_000);
    }

    private int allowed(String account, int partner, int times) {
        int allowed = 0;
        for (int i = 0; i < times; i++) {
            String body = "{\"clientId\":\"" + account + "\",\"deadlineMillis\":60000,\"route\":{\"method\":\"GET\","
                    + "\"path\":\"/v1/partners/" + partner + "/orders\"}}";
            HttpCaller.Call call = caller.postAll(CONSOLE.dev().httpUrl() + "/v1/admissions", List.of(body))
                    .get(0);
            allowed += call.status() == 200 ? 1 : 0;
        }
        return allowed;
    }

    /** Types a number, and then takes its last digits back. */
    @SuppressWarnings("unchecked")
    private static List<Number> keys(Page page) {
        for (int i = 0; i < 30; i++) {
            page.keyboard().press(i < 18 ? "0" : "Backspace");
            int typed = i + 1;
            page.waitForFunction("count => window.keys.length === count", typed);
        }
        for (int i = 0; i < 2; i++) {
            page.keyboard().press("0");
        }
        return (List<Number>) page.evaluate("window.keys");
    }

    @Test
    void shouldCountSearchAndChange_whenARulesetHasTenThousandLimits() throws Exception {
        // Given
        Path file = Files.writeString(CONSOLE.directory().resolve("many.yaml"), rules(3));
        Map<String, String> environment =
                Map.of("SLUICE_ADMIN_URL", CONSOLE.dev().adminUrl());
        long startNanos = System.nanoTime();
        SluiceProcess.run(environment, "rules", "propose", "--reason", "all partners", file.toString())
                .ok();
        SluiceProcess.run(environment, "rules", "activate", "--reason", "go", "2")
                .ok();
        System.out.printf(
                "10,000 limits: proposed and activated by command line %d ms%n",
                (System.nanoTime() - startNanos) / 1_000_000);

        // Then the first and the last one count, and only for their path
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() ->
                        assertThat(allowed("first/" + System.nanoTime(), 0, 5)).isEqualTo(3));
        assertThat(allowed("last", LIMITS - 1, 5)).isEqualTo(3);

        // When somebody looks for one
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "");
        timed("limits shown", () -> {
            page.navigate(CONSOLE.dev().adminUrl() + "/console#/limits");
            shows(page.locator("main"), "1–100 of 10,000");
        });
        button(page, "Next 100").click();
        shows(page.locator("main"), "101–200 of 10,000");
        timed("limit found", () -> {
            page.getByLabel("Find a limit").fill("partner-9999");
            shows(page.locator("main"), "1–1 of 1");
        });

        // When it is changed, in a draft of all of them
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/rulesets/new");
        ConsoleEditor editor = ConsoleEditor.showing(page, "partner-0");
        shows(page.locator("main"), "Valid.");
        editor.goBehind("burst: 3");
        page.evaluate(TIMES_OF_KEYS);
        List<Number> keyMillis = keys(page);
        System.out.println("10,000 limits: from a key to the frame that shows it, in ms: " + keyMillis);
        timed("the differences", () -> shows(page.locator("main"), "limits[partner-9999].burst"));
        System.out.printf("10,000 limits: the page stood still for %s ms%n", page.evaluate("window.longest"));

        // Then no key waits for the rest of the document
        List<Double> sorted =
                keyMillis.stream().map(Number::doubleValue).sorted().toList();
        assertThat(sorted.get(sorted.size() / 2)).isLessThan(KEY_MILLIS_MAX);
        timed("differences as text", () -> {
            button(page, "As text").click();
            assertThat(page.locator("pre.diff .added")).hasText(Pattern.compile("burst: 300000000"));
        });
        button(page, "Propose").click();
        reason(page, "more for one");
        timed("proposed", () -> {
            dialogButton(page, "Propose").click();
            assertThat(page.locator("h1")).hasText(Pattern.compile("^Proposal \\d+$"));
            shows(page.locator("main"), "limits[partner-9999].burst");
        });
        timed("activated", () -> act(page, "Activate", "Activate", "go"));
        shows(page.locator(".head"), "activated");

        // Then that one lets more through
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(allowed("more/" + System.nanoTime(), LIMITS - 1, 5))
                        .isEqualTo(5));
        assertThat(allowed("others", 0, 5)).isEqualTo(3);
        timed("revision shown", () -> {
            page.navigate(CONSOLE.dev().adminUrl() + "/console#/rulesets/revisions/2");
            shows(page.locator("main"), "The first 2,000 of");
        });
        page.close();
    }
}
