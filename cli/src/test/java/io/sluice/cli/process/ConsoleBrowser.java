package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Chromium without a window, and what goes wrong in it: messages of the page, and requests that leave its server. */
final class ConsoleBrowser implements AutoCloseable {
    private static final Duration SHOWN_WITHIN = Duration.ofMinutes(3);
    private static final int HEIGHT = 900;

    private final Playwright playwright;
    private final Browser chromium;
    private final List<String> mistakes = new ArrayList<>();

    private ConsoleBrowser(Path executable) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        // As root, whose processes it would not put into a sandbox.
                        .setArgs(List.of("--no-sandbox")));
        PlaywrightAssertions.setDefaultAssertionTimeout(SHOWN_WITHIN.toMillis());
    }

    /** Starts the installed browser; a test is skipped where there is none. */
    static ConsoleBrowser start() {
        Path executable = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(executable != null, "chromium is not installed");
        return new ConsoleBrowser(executable);
    }

    /** A page of its own, which nothing was kept for; it is at no address yet. */
    Page page(String serverUrl, int width, ColorScheme scheme) {
        return page(List.of(serverUrl), width, scheme);
    }

    /** The same for a page that goes to other servers as well. */
    private Page page(List<String> servers, int width, ColorScheme scheme) {
        BrowserContext context = chromium.newContext(
                new Browser.NewContextOptions().setViewportSize(width, HEIGHT).setColorScheme(scheme));
        context.setDefaultTimeout(SHOWN_WITHIN.toMillis());
        Page page = context.newPage();
        page.onPageError(mistakes::add);
        page.onDialog(dialog -> {
            mistakes.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onConsoleMessage(message -> {
            // A request that is refused or not answered is a line of the browser's own; what the page does is asserted.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                mistakes.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (servers.stream().noneMatch(server -> request.url().startsWith(server + "/"))) {
                mistakes.add("request to " + request.url());
            }
        });
        return page;
    }

    /** A view of the console. */
    Page open(String serverUrl, String view) {
        Page page = page(serverUrl, 1280, ColorScheme.LIGHT);
        page.navigate(serverUrl + "/console" + view);
        return page;
    }

    /** The same for a page that signs in with an issuer. */
    Page open(String serverUrl, String view, OidcIssuer issuer) {
        Page page = page(List.of(serverUrl, issuer.url()), 1280, ColorScheme.LIGHT);
        page.navigate(serverUrl + "/console" + view);
        return page;
    }

    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** A field of the dialog that is open, by its name. */
    static Locator field(Page page, String name) {
        return page.getByRole(AriaRole.DIALOG).locator("[name=" + name + "]");
    }

    /** A button of the dialog that is open. */
    static Locator dialogButton(Page page, String name) {
        return page.getByRole(AriaRole.DIALOG)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    /** A card of a view, by its title. */
    static Locator card(Page page, String title) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(title).setExact(true));
    }

    static void shows(Locator locator, String text) {
        assertThat(locator).containsText(text);
    }

    /** Visits the overview, and returns how long it took from there to its chart. */
    static long chartAfterMillis(Page page, String serverUrl) {
        page.navigate(serverUrl + "/console");
        assertThat(page.locator(".chart canvas")).isVisible();
        Object millis = page.evaluate("Math.round(performance.getEntriesByName('chart')[0].startTime)");
        return ((Number) millis).longValue();
    }

    /** What a browser does when another tab comes to the front. */
    static void look(Page page, boolean isLooked) {
        page.evaluate(
                "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
                        + " document.dispatchEvent(new Event('visibilitychange')); }",
                !isLooked);
    }

    /** Makes a change, and waits until it is made. */
    static void act(Page page, String action, String verb, String reason) {
        button(page, action).click();
        reason(page, reason);
        dialogButton(page, verb).click();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    /** Gives the reason that the dialog asks for. */
    static void reason(Page page, String reason) {
        field(page, "reason").fill(reason);
    }

    /** Nothing was wrong in any page so far. */
    void assertNoMistakes() {
        assertThat(mistakes).isEmpty();
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
