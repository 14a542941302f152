package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.cli.process.ConsoleBrowser.act;
import static io.sluice.cli.process.ConsoleBrowser.button;
import static io.sluice.cli.process.ConsoleBrowser.card;
import static io.sluice.cli.process.ConsoleBrowser.dialogButton;
import static io.sluice.cli.process.ConsoleBrowser.field;
import static io.sluice.cli.process.ConsoleBrowser.look;
import static io.sluice.cli.process.ConsoleBrowser.reason;
import static io.sluice.cli.process.ConsoleBrowser.shows;
import static io.sluice.cli.process.ScriptedAnswers.before;
import static io.sluice.cli.process.ScriptedAnswers.fulfill;
import static io.sluice.cli.process.ScriptedAnswers.steps;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the console does when an answer comes after somebody has gone on, or is too long. */
final class ConsoleLateAnswersIT {
    @RegisterExtension
    static final ConsoleExtension CONSOLE = new ConsoleExtension();

    @Test
    void shouldShowNothingOfALimit_whileTheWholeRulesetIsLoaded() {
        // Given a draft of one limit that could be proposed
        Page page = patient("#/rulesets/new?limit=free-per-client");
        ConsoleEditor editor = ConsoleEditor.showing(page, "free-per-client");
        String mine = editor.text().replaceFirst("burst: 20\\b", "burst: 3");
        editor.fill(mine);
        assertThat(button(page, "Propose")).isEnabled();

        // When all of the ruleset is asked for
        HeldAnswers loaded = HeldAnswers.of(page, "GET", "**/v1/rulesets?limit=1");
        page.getByText("All of the ruleset").click();
        loaded.await(1);

        // Then that one limit cannot be proposed in its place
        assertThat(page.locator("h1")).hasText("Propose a change");
        assertThat(editor.area()).hasCount(0);
        assertThat(button(page, "Propose")).hasCount(0);

        // When somebody goes back before it is loaded
        page.goBack();
        loaded.await(2);
        loaded.letGo();

        // Then each has its own text
        shows(page.locator("main"), "Your earlier draft is here again");
        editor.awaitText(mine);
        page.getByText("All of the ruleset").click();
        ConsoleEditor.showing(page, "pro-per-client");
        shows(page.locator("main"), "Nothing differs from revision");
        page.close();
    }

    @Test
    void shouldKeepWhatIsTyped_whenAProposalIsMadeAfterItsDialogIsClosed() {
        // Given a proposal that is on its way
        Page page = patient("#/rulesets/new");
        ConsoleEditor editor = ConsoleEditor.showing(page, "free-per-client");
        editor.fill(editor.text().replaceFirst("burst: 20\\b", "burst: 3"));
        HeldAnswers made = HeldAnswers.of(page, "POST", "**/v1/rulesets/proposals");
        button(page, "Propose").click();
        reason(page, "fewer at once");
        dialogButton(page, "Propose").click();
        made.await(1);

        // When its dialog is closed, and more is typed
        dialogButton(page, "Cancel").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        String mine = editor.text() + "# and more\n";
        editor.fill(mine);
        made.answer(0, 201, "{\"id\":77}");

        // Then it is said, and the page stays as it is
        shows(page.locator(".toast"), "Proposal 77 is made");
        assertThat(page).hasURL(Pattern.compile("#/rulesets/new$"));
        editor.awaitText(mine);
        page.reload();
        shows(page.locator("main"), "Your earlier draft is here again");
        editor.awaitText(mine);
        page.close();
    }

    @Test
    void shouldLeaveTheNextDialogOpen_whenTheLastOneIsAnsweredLate() {
        // Given a dialog that was closed before its answer came, and another one
        Page page = patient("#/accounts/late");
        HeldAnswers made = HeldAnswers.of(page, "POST", "**/profile/changes");
        button(page, "Set tier").click();
        field(page, "tier").selectOption("pro");
        reason(page, "first");
        dialogButton(page, "Set tier").click();
        made.await(1);
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        button(page, "Deny all").click();
        reason(page, "second");

        // When
        made.letGo();

        // Then the page shows what was done, and nothing of the other one is lost
        shows(page.locator(".toast"), "Set the tier: done");
        shows(card(page, "Profile"), "first");
        assertThat(field(page, "reason")).hasValue("second");
        page.close();
    }

    @Test
    void shouldAskForNothing_whenAChangeFailsAfterItsViewIsLeft() {
        // Given
        Page page = patient("#/access");
        AtomicInteger asked = new AtomicInteger();
        page.onRequest(request ->
                asked.addAndGet(request.method().equals("GET") && request.url().endsWith("/v1/access") ? 1 : 0));
        HeldAnswers made = HeldAnswers.of(page, "POST", "**/v1/access");
        button(page, "Deny or allow").click();
        field(page, "kind").selectOption("client");
        field(page, "who").fill("left/behind");
        reason(page, "abuse");
        dialogButton(page, "Deny").click();
        made.await(1);
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/alerts");
        assertThat(page.locator("h1")).hasText("Alerts");
        int before = asked.get();

        // When
        made.answer(0, 503, "{\"detail\":\"too busy\"}");

        // Then
        shows(page.locator(".toast"), "The change that you left: too busy (503)");
        assertThat(asked.get()).isEqualTo(before);
        page.close();
    }

    @Test
    void shouldDropWhatWasAskedBefore_whenAChangeIsAnswered() {
        // Given a page that asks for a profile before it is changed
        Page page = patient("#/accounts/overtaken");
        shows(card(page, "Profile"), "never");
        HeldAnswers older = HeldAnswers.of(page, "GET", "**/v1/accounts/overtaken/profile");
        look(page, false);
        look(page, true);
        older.await(1);

        // When
        act(page, "Deny all", "Deny all", "mine");

        // Then it does not take the older answer for a newer one
        older.awaitGivenUp();
        shows(card(page, "Profile"), "mine");
        page.close();
    }

    @Test
    void shouldStaySignedIn_whenTheKeyOfSomebodyElseIsRefusedLate() {
        // Given somebody who signs out while a change is on its way
        Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.LIGHT);
        HeldAnswers.waitForEver(page);
        page.route("**/v1/caller", ConsoleLateAnswersIT::fulfillCaller);
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/access");
        signIn(page, "first");
        HeldAnswers made = HeldAnswers.of(page, "POST", "**/v1/access");
        button(page, "Deny or allow").click();
        field(page, "kind").selectOption("client");
        field(page, "who").fill("signed/out");
        reason(page, "abuse");
        dialogButton(page, "Deny").click();
        made.await(1);
        dialogButton(page, "Cancel").click();
        button(page, "Sign out").click();

        // When that key is refused once somebody else is there
        signIn(page, "second");
        page.waitForResponse(
                response -> response.request().method().equals("POST"),
                () -> made.answer(0, 401, "{\"detail\":\"revoked\"}"));

        // Then that is not about them
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/alerts");
        assertThat(page.locator("h1")).hasText("Alerts");
        shows(page.locator(".who"), "second");
        page.close();
    }

    /** Takes any key, as that of an operator with the same name. */
    private static void fulfillCaller(Route route) {
        String key = route.request().headers().get("authorization");
        if (key == null) {
            route.fulfill(new Route.FulfillOptions().setStatus(401));
        } else {
            fulfill(route, "{\"name\":\"" + key.replace("Bearer ", "") + "\",\"roles\":[\"operator\"]}");
        }
    }

    private static void signIn(Page page, String key) {
        page.getByLabel("Key or token").fill(key);
        button(page, "Sign in").click();
        shows(page.locator(".who"), key);
    }

    @Test
    void shouldStayIn_whenASecondTryFails() {
        // Given a server that does not answer at first, and somebody who tries twice
        Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.LIGHT);
        HeldAnswers.waitForEver(page);
        HeldAnswers caller = HeldAnswers.of(page, "GET", "**/v1/caller");
        page.navigate(CONSOLE.dev().adminUrl() + "/console");
        caller.await(1);
        caller.answer(0, 503, "{}");
        button(page, "Try again").click();
        button(page, "Try again").click();
        caller.await(3);

        // When
        caller.answer(1, 200, "{\"name\":\"vera\",\"roles\":[\"viewer\"]}");
        shows(page.locator(".who"), "vera");
        page.waitForResponse("**/v1/caller", () -> caller.answer(2, 503, "{}"));

        // Then
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/alerts");
        assertThat(page.locator("h1")).hasText("Alerts");
        page.close();
    }

    @Test
    void shouldKeepATypedFilter_whenTheListIsLoadedAgain() {
        // Given a filter that is typed and not yet taken
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/alerts?account=nobody");
        shows(page.locator("main"), "No alert has that.");
        Locator filter = page.getByLabel("Only this account");
        filter.fill("somebody");

        // When something new comes
        page.route(
                "**/v1/alerts?account=nobody*",
                route -> fulfill(
                        route,
                        "{\"topic\":\"t\",\"records\":[{\"partition\":0,\"offset\":1,\"recordedAtMillis\":1,"
                                + "\"unknown\":\"news\"}]}"));
        shows(page.locator("tbody"), "news");

        // Then
        assertThat(filter).hasValue("somebody");
        page.close();
    }

    @Test
    void shouldEndAnExport_whenItsViewIsLeft() {
        // Given
        Page page = patient("#/audit");
        page.route("**/v1/audit?limit=500", route -> fulfill(route, steps(300, 100)));
        HeldAnswers second = HeldAnswers.of(page, "GET", "**/v1/audit?before=*");
        button(page, "Export CSV").click();
        second.await(1);

        // When
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/access");

        // Then
        second.awaitGivenUp();
        page.close();
    }

    @Test
    void shouldExportTheFirst_whenThereAreTooMany() throws Exception {
        // Given
        int size = 40_000;
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/audit");
        AtomicInteger asked = new AtomicInteger();
        page.route("**/v1/audit?limit=500", route -> fulfill(route, steps(10 * size, size)));
        page.route("**/v1/audit?before=*", route -> {
            asked.incrementAndGet();
            fulfill(route, steps(before(route) - 1, size));
        });

        // When
        Download csv = page.waitForDownload(() -> button(page, "Export CSV").click());

        // Then the page says so, and asks for no more
        assertThat(Files.readAllLines(csv.path())).hasSize(1 + 100_000);
        shows(page.getByRole(AriaRole.MAIN), "The file has the first 100,000 of more steps.");
        assertThat(asked.get()).isEqualTo(2);
        page.close();
    }

    /** A page that waits for any answer as long as it takes. */
    private static Page patient(String view) {
        Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.LIGHT);
        HeldAnswers.waitForEver(page);
        page.navigate(CONSOLE.dev().adminUrl() + "/console" + view);
        return page;
    }
}
