package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.cli.process.ConsoleBrowser.act;
import static io.sluice.cli.process.ConsoleBrowser.button;
import static io.sluice.cli.process.ConsoleBrowser.card;
import static io.sluice.cli.process.ConsoleBrowser.dialogButton;
import static io.sluice.cli.process.ConsoleBrowser.field;
import static io.sluice.cli.process.ConsoleBrowser.reason;
import static io.sluice.cli.process.ConsoleBrowser.shows;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the console does when answers are lost, and when what it shows changes meanwhile. */
final class ConsoleChangesIT {
    @RegisterExtension
    static final ConsoleExtension CONSOLE = new ConsoleExtension();

    @Test
    void shouldGrantOnce_whenTheAnswerIsLostAndTheGrantIsTriedAgain() {
        // Given a grant that is made, and whose answer does not arrive
        new HttpCaller()
                .postAll(
                        CONSOLE.dev().httpUrl() + "/v1/admissions",
                        Collections.nCopies(20, "{\"clientId\":\"lost/alice\",\"deadlineMillis\":60000}"));
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts/lost?client=lost%2Falice");
        Locator version = card(page, "Profile").locator("tr", new Locator.LocatorOptions().setHasText("Version"));
        shows(card(page, "Buckets now"), "free-per-client");
        page.route("**/profile/changes", ConsoleChangesIT::loseAnswer, new Page.RouteOptions().setTimes(1));
        button(page, "Grant tokens").click();
        field(page, "tokens").fill("5");
        reason(page, "sorry");
        dialogButton(page, "Grant").click();
        shows(page.getByRole(AriaRole.ALERT), "does not answer");
        assertThat(version.locator("td")).hasText("1");

        // When
        dialogButton(page, "Grant").click();

        // Then
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(version.locator("td")).hasText("1");

        // When the chosen limit goes while a dialog is open
        button(page, "Grant tokens").click();
        page.route("**/quota", route -> fulfill(route, "{\"limits\":[],\"decidedAtMillis\":1}"));

        // Then
        shows(page.getByRole(AriaRole.DIALOG), "gone, it is no longer");
        page.close();
    }

    @Test
    void shouldChangeNothing_whenSomebodyElseWasFaster() {
        // Given a dialog that has been open since before a colleague's change, and a page that shows that change
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts/raced");
        button(page, "Set tier").click();
        field(page, "tier").selectOption("pro");
        reason(page, "mine");
        Page other = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts/raced");
        act(other, "Deny all", "Deny all", "colleague's");
        shows(card(page, "Profile"), "colleague's");

        // When
        dialogButton(page, "Set tier").click();

        // Then
        shows(page.getByRole(AriaRole.ALERT), "Changed meanwhile");
        shows(page.getByRole(AriaRole.ALERT), "Version 1 is there now");
        assertThat(dialogButton(page, "Set tier")).isDisabled();

        // When
        dialogButton(page, "Start again").click();
        reason(page, "knowing that");
        dialogButton(page, "Set tier").click();

        // Then
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        shows(card(page, "Profile"), "knowing that");
        page.close();
        other.close();
    }

    @Test
    void shouldDoWhatIsShown_whenATryIsEdited() {
        // Given
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/access");
        button(page, "Deny or allow").click();
        field(page, "kind").selectOption("client");
        field(page, "who").fill("edited/first");
        reason(page, "abuse");
        AtomicInteger sent = new AtomicInteger();
        page.route("**/v1/access", route -> {
            if (route.request().method().equals("POST") && sent.incrementAndGet() == 1) {
                loseAnswer(route);
            } else {
                route.resume();
            }
        });
        dialogButton(page, "Deny").click();
        shows(page.getByRole(AriaRole.ALERT), "does not answer");

        // When
        field(page, "who").fill("edited/second");
        dialogButton(page, "Deny").click();

        // Then
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        for (String client : List.of("client edited/first", "client edited/second")) {
            page.locator("tbody tr", new Page.LocatorOptions().setHasText(client))
                    .getByText("End it")
                    .click();
            reason(page, "over");
            dialogButton(page, "End it").click();
            assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        }
        page.close();
    }

    @Test
    void shouldLeaveNoHole_whenOlderStepsAreLoaded() {
        // Given steps of which ever more are made
        AtomicInteger newest = new AtomicInteger(300);
        AtomicInteger asked = new AtomicInteger();
        Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.LIGHT);
        page.route("**/v1/audit?limit=100", route -> fulfill(route, steps(newest.getAndAdd(100))));
        page.route("**/v1/audit?before=*", route -> {
            if (asked.incrementAndGet() == 1) {
                route.abort();
            } else {
                String url = route.request().url();
                fulfill(route, steps(Integer.parseInt(url.replaceFirst(".*before=", "")) - 1));
            }
        });
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/audit");
        assertThat(page.locator("tbody tr")).hasCount(100);
        int first = Integer.parseInt(page.locator("tbody td").first().innerText());

        // When an older page is asked for, in vain at first
        button(page, "Older").click();
        shows(page.getByRole(AriaRole.ALERT), "Older ones could not be loaded");
        button(page, "Older").click();

        // Then they follow each other
        assertThat(page.locator("tbody tr")).hasCount(200);
        List<String> numbers = page.locator("tbody td:first-child").allInnerTexts();
        int top = Integer.parseInt(numbers.get(0));
        assertThat(top).isGreaterThanOrEqualTo(first);
        assertThat(numbers)
                .isEqualTo(IntStream.range(0, 200)
                        .mapToObj(at -> Integer.toString(top - at))
                        .toList());

        // When
        button(page, "Newest").click();

        // Then
        assertThat(page.locator("tbody tr")).hasCount(100);
        assertThat(page.locator("tbody td").first()).not().hasText(Integer.toString(top));
        page.close();
    }

    /** Lets the server do it, and keeps its answer from the page. */
    private static void loseAnswer(Route route) {
        route.fetch();
        route.abort();
    }

    private static void fulfill(Route route, String json) {
        route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(json));
    }

    /** A page of the audit trail: a hundred steps from that number down. */
    private static String steps(int newest) {
        String entries = IntStream.range(0, 100)
                .mapToObj(at -> "{\"sequence\":" + (newest - at)
                        + ",\"atMillis\":1,\"principal\":\"p\",\"action\":\"a\",\"reason\":\"r\"}")
                .collect(Collectors.joining(","));
        return "{\"entries\":[" + entries + "],\"next\":\"/v1/audit?before=" + (newest - 99) + "\"}";
    }
}
