package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.cli.process.ConsoleBrowser.button;
import static io.sluice.cli.process.ConsoleBrowser.card;
import static io.sluice.cli.process.ConsoleBrowser.field;
import static io.sluice.cli.process.ConsoleBrowser.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the screenshots of docs/console: {@code ./dev shots}. */
@Tag("shots")
final class ConsoleShotsIT {
    /** Where they go; Maven runs tests in the module's directory. */
    private static final Path OUT = Path.of(System.getProperty("sluice.shots", "../docs/console"));

    private static final long BYTES_MAX = 150_000;
    /** So much of the chart is filled. */
    private static final int SAMPLES = 60;

    private static final Map<String, String> VIEWS = new LinkedHashMap<>();

    static {
        VIEWS.put("overview", "");
        VIEWS.put("accounts", "#/accounts");
        VIEWS.put("account", "#/accounts/acme?client=acme%2Falice");
        VIEWS.put("limits", "#/limits");
        VIEWS.put("rulesets", "#/rulesets");
        VIEWS.put("penalties", "#/penalties");
        VIEWS.put("alerts", "#/alerts");
        VIEWS.put("access", "#/access");
        VIEWS.put("audit", "#/audit");
    }

    private static final String MORE_RULES = """
            alerts: {at: [80%, 100%]}
            penalties:
              rules:
                - id: scrapers
                  limits: [free-per-client]
                  after: {denials: 40, per: 2m}
                  ladder: [{for: 10m}, {for: 1h}]
                  decay: 1d
                - id: bursts
                  mode: shadow
                  limits: [free-per-client]
                  after: {denials: 20, per: 1m}
                  ladder: [{action: challenge, for: 5m}]
                  decay: 1h
            """;

    @TempDir
    private Path directory;

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldShowEachView_inBothThemes() throws Exception {
        // Given the demo, and what operators have done to it
        Path rules = rules();
        try (ConsoleBrowser browser = ConsoleBrowser.start();
                DevProcess dev = DevProcess.ready(directory.resolve("data"), "--demo", "--rules", rules.toString())) {
            operate(dev.adminUrl(), rules);
            awaitTraffic(dev.adminUrl());
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                String theme = scheme == ColorScheme.LIGHT ? "-light" : "-dark";
                Page page = browser.page(dev.adminUrl(), 1280, scheme);
                page.setViewportSize(1280, 860);

                // When
                for (Map.Entry<String, String> view : VIEWS.entrySet()) {
                    open(page, dev.adminUrl(), view.getValue());
                    take(page, view.getKey() + theme);
                }
                open(page, dev.adminUrl(), VIEWS.get("account"));
                button(page, "Override limit").click();
                field(page, "burst").fill("80");
                reason(page, "launch day, #4711");
                take(page, "change" + theme);
                draft(page, dev.adminUrl());
                take(page, "draft" + theme);
                page.close();
            }
            Page phone = browser.page(dev.adminUrl(), 390, ColorScheme.LIGHT);
            phone.setViewportSize(390, 844);
            for (String view : List.of("overview", "account", "limits", "penalties")) {
                open(phone, dev.adminUrl(), VIEWS.getOrDefault(view, ""));
                take(phone, view + "-phone");
            }
            phone.close();

            // Then
            browser.assertNoMistakes();
        }
    }

    private Path rules() throws IOException {
        try (InputStream builtIn =
                Objects.requireNonNull(ConsoleShotsIT.class.getResourceAsStream("/dev-rules.yaml"))) {
            String text = new String(builtIn.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(directory.resolve("rules.yaml"), text + MORE_RULES);
        }
    }

    private void operate(String adminUrl, Path rules) throws Exception {
        Map<String, String> environment = Map.of("SLUICE_ADMIN_URL", adminUrl);
        SluiceProcess.run(environment, "deny-cidr", "203.0.113.0/24", "--for", "1h", "--reason", "scanner, #4713")
                .ok();
        SluiceProcess.run(
                        environment, "access", "allow", "--account", "umbrella", "--for", "2h", "--reason", "migration")
                .ok();
        String numbers = "{\"rate\": {\"tokens\": 40, \"per\": \"1m\"}, \"burst\": 40}";
        SluiceProcess.run(
                        environment,
                        "account",
                        "override",
                        "--reason",
                        "launch day",
                        "acme",
                        "free-per-client",
                        numbers)
                .ok();
        Path more = Files.writeString(
                directory.resolve("more.yaml"), Files.readString(rules).replace("burst: 2\n", "burst: 5\n"));
        SluiceProcess.run(environment, "rules", "propose", "--reason", "more for exports", more.toString())
                .ok();
    }

    private void awaitTraffic(String adminUrl) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(6))
                .until(() -> count(adminUrl + "/v1/traffic", "samples") >= SAMPLES
                        && count(adminUrl + "/v1/alerts", "records") > 0
                        && count(adminUrl + "/v1/penalties", "penalties") > 0);
    }

    private int count(String url, String list) throws Exception {
        Object answer = DocumentTree.ofJson(caller.get(url).body());
        return answer instanceof Map<?, ?> members && members.get(list) instanceof List<?> all ? all.size() : 0;
    }

    private static void open(Page page, String adminUrl, String view) {
        page.navigate(adminUrl + "/console" + view);
        page.reload();
        assertThat(page.locator("h1")).isVisible();
        assertThat(page.locator(".skeleton")).hasCount(0);
        if (view.isEmpty()) {
            assertThat(card(page, "Requests").locator(".chart canvas")).isVisible();
            assertThat(card(page, "Partitions").locator("tbody tr")).hasCount(4);
        }
        if (view.equals("#/limits")) {
            assertThat(page.locator("tbody tr").first().locator(".bar")).isAttached();
        }
    }

    /** A mistake at its line, and the suggestions for another one. */
    private static void draft(Page page, String adminUrl) {
        open(page, adminUrl, "#/rulesets/new");
        ConsoleEditor editor = ConsoleEditor.showing(page, "free-per-client");
        editor.fill(editor.text().replaceFirst("burst: 200\\b", "burst: -3"));
        assertThat(page.locator(".findings.bad")).isVisible();
        editor.goBehind("burst: -3");
        editor.press("Enter");
        editor.press("Control+Space");
        assertThat(page.locator(".suggested")).isVisible();
        assertThat(page.locator(".findings.bad")).isVisible();
    }

    private static void take(Page page, String name) throws IOException {
        Path file = OUT.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        assertThat(Files.size(file)).as(file.toString()).isLessThanOrEqualTo(BYTES_MAX);
    }
}
