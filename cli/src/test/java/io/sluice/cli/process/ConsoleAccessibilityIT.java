package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.cli.process.ConsoleBrowser.button;
import static io.sluice.cli.process.ConsoleBrowser.card;
import static io.sluice.cli.process.ConsoleBrowser.shows;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The console in a window as narrow as a phone, without a mouse, and for those who see little. */
@Tag("long")
final class ConsoleAccessibilityIT {
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final int VISITS = 9;
    private static final long CHART_MILLIS_GOAL = 1_000;
    /** A slow machine is no mistake of the console; a second request for each module would be. */
    private static final long CHART_MILLIS_MAX = 5 * CHART_MILLIS_GOAL;

    private static final List<String> VIEWS = List.of(
            "",
            "#/accounts",
            "#/accounts/axe",
            "#/limits",
            "#/rulesets",
            "#/rulesets/new",
            "#/penalties",
            "#/alerts",
            "#/access",
            "#/audit");

    @RegisterExtension
    static final ConsoleExtension CONSOLE = new ConsoleExtension();

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldFit_whenTheWindowIsAPhone() {
        // Given
        admit("phone/alice", 3);
        Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 390, ColorScheme.LIGHT);

        for (String view : List.of(
                "",
                "#/accounts",
                "#/accounts/phone",
                "#/limits",
                "#/rulesets",
                "#/penalties",
                "#/alerts",
                "#/audit",
                "#/access")) {
            // When
            page.navigate(CONSOLE.dev().adminUrl() + "/console" + view);
            assertThat(page.locator("h1")).isVisible();
            assertThat(page.locator(".skeleton")).hasCount(0);

            // Then nothing stands out to the right, and no row has to be pushed aside
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                            .equals(true));
            assertThat(page.evaluate("""
                    [...document.querySelectorAll(".scroll")].every((each) => each.scrollWidth <= each.clientWidth)
                    """)).as(view).isEqualTo(true);
        }
        page.close();
    }

    @Test
    void shouldBeUsable_withTheKeyboardAlone() {
        // Given
        admit("keys/alice", 3);
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "");
        assertThat(page.locator("h1")).isFocused();

        // When somebody jumps over the menu, and goes to another view
        page.locator("body").evaluate("body => body.ownerDocument.activeElement.blur()");
        tabTo(page, "To the content");
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).isFocused();
        page.reload();
        tabTo(page, "Limits");
        page.keyboard().press("Enter");

        // Then it begins there
        assertThat(page.locator("h1")).hasText("Limits");
        assertThat(page.locator("h1")).isFocused();

        // When a dialog is opened and left
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/accounts/keys");
        shows(card(page, "Buckets now"), "free-per-client");
        tabTo(page, "Reset bucket");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
        page.keyboard().press("Escape");

        // Then the focus is where it was
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(button(page, "Reset bucket")).isFocused();

        // When it is filled in
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        page.keyboard().type("no mouse");
        tabTo(page, "Reset");
        page.keyboard().press("Enter");

        // Then it is done
        shows(card(page, "Changes of this account"), "no mouse");
        page.close();
    }

    /** Presses the key until what has this text has the focus. */
    private static void tabTo(Page page, String text) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            if (text.equals(page.evaluate("document.activeElement.textContent.trim()"))) {
                return;
            }
        }
        throw new AssertionError(text + " cannot be reached with the keyboard");
    }

    /** Each time as somebody who was never there: nothing is kept in the browser. */
    @Test
    void shouldShowItsChartSoon_whenVisitedForTheFirstTime() {
        // Given
        admit("chart/alice", 3);

        // When
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < VISITS; i++) {
            Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.LIGHT);
            millis.add(ConsoleBrowser.chartAfterMillis(page, CONSOLE.dev().adminUrl()));
            page.close();
        }

        // Then
        millis.sort(null);
        System.out.println("console: first chart after " + millis + " ms (goal: " + CHART_MILLIS_GOAL + ")");
        assertThat(millis.get(VISITS / 2)).isLessThanOrEqualTo(CHART_MILLIS_MAX);
    }

    @Test
    void shouldGiveTheSame_whenTheSourceOfAFigureIsPasted() throws Exception {
        // Given an account that a shell has to take as it is
        admit("it's/$(alice)", 25);
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "");
        int calls = 0;
        for (String view : VIEWS) {
            // When
            page.navigate(CONSOLE.dev().adminUrl() + "/console" + view.replace("axe", "it's?client=it's%2F%24(alice)"));
            page.reload();
            assertThat(page.locator("h1")).isVisible();
            assertThat(page.locator(".skeleton")).hasCount(0);

            // Then
            calls += ConsoleSources.assertAllWork(page, "");
        }
        assertThat(calls).isGreaterThanOrEqualTo(18);
        page.close();
    }

    /** Every view, light and dark: no serious obstacle for those who see little, or use no mouse. */
    @Test
    void shouldHaveNoSeriousObstacles_whateverIsShown() throws Exception {
        // Given
        admit("axe/alice", 25);
        String axe;
        try (InputStream source = Objects.requireNonNull(ConsoleAccessibilityIT.class.getResourceAsStream(AXE))) {
            axe = new String(source.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, scheme);
            for (String view : VIEWS) {
                // When
                page.navigate(CONSOLE.dev().adminUrl() + "/console" + view);
                page.reload();
                assertThat(page.locator("h1")).isVisible();
                assertThat(page.locator(".skeleton")).hasCount(0);
                page.evaluate(axe);
                Object found = page.evaluate("""
                    async () => (await axe.run()).violations
                        .filter((each) => ["serious", "critical"].includes(each.impact))
                        .map((each) => each.id + ": " + each.nodes.map((node) => node.html).slice(0, 3).join(" "))
                    """);

                // Then
                assertThat(found).as(scheme + " " + view).isEqualTo(List.of());
            }
            page.close();
        }
    }

    private void admit(String clientId, int times) {
        caller.postAll(
                CONSOLE.dev().httpUrl() + "/v1/admissions",
                Collections.nCopies(times, "{\"clientId\":\"" + clientId + "\",\"deadlineMillis\":60000}"));
    }
}
