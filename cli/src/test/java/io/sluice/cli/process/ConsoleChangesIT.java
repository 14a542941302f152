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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the console does when answers are lost, and when what it shows changes meanwhile; and what it shows of alerts,
 * penalties and limits as they come.
 */
final class ConsoleChangesIT {
    /** An account that a spreadsheet would take for a formula. */
    private static final String FORMULA = "=1+1";

    @RegisterExtension
    static final ConsoleExtension CONSOLE = new ConsoleExtension("""
        alerts: {at: [50%, 100%]}
        penalties:
          rules:
            - id: greedy
              limits: [free-per-client]
              after: {denials: 30, per: 10m}
              ladder: [{for: 1h}, {for: 2h}]
              decay: 1h
        """);

    @Test
    void shouldShowFindAndExport_whenThereAreAlerts() throws Exception {
        // Given a client that has used up its bucket, and another page that shows what comes
        admit(FORMULA + "/alice", 20);
        admit("alerted/alice", 20);
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/alerts?account=alerted");
        Locator rows = page.locator("tbody tr");
        assertThat(rows).hasCount(2);
        shows(rows.first(), "100% reached");
        shows(rows.first(), "20 of 20 used");
        shows(rows.first(), "free-per-client");

        // When a record is looked up
        rows.first().locator("summary").click();
        shows(rows.first(), "sluice.alerts.v1");
        shows(rows.first().locator("pre"), "kafka-console-consumer.sh");
        rows.first().locator("a").first().click();

        // Then it has an address of its own
        assertThat(page).hasURL(Pattern.compile("at=0-\\d+$"));
        shows(page.locator("pre").first(), "\"thresholdPerMille\": 1000");

        // When others are looked for
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/alerts?account=alerted");
        button(page, "Spikes").click();
        shows(page.locator("main"), "No alert has that.");
        button(page, "Thresholds").click();
        page.getByLabel("Only this account").fill(FORMULA);
        page.getByLabel("Only this account").press("Enter");
        // The other account had as many.
        shows(rows.first(), FORMULA);
        assertThat(rows).hasCount(2);

        // Then what is exported is what is shown, and nothing in it is a formula
        Download csv = page.waitForDownload(() -> button(page, "Export CSV").click());
        assertThat(Files.readAllLines(csv.path()))
                .hasSize(3)
                .first()
                .asString()
                .startsWith("topic,partition,offset,at,type,account,limitId");
        assertThat(Files.readString(csv.path())).contains(",threshold,'=1+1,free-per-client,'=1+1/alice,");
        Download json = page.waitForDownload(() -> button(page, "Export JSON").click());
        assertThat(Files.readString(json.path())).contains("\"account\": \"=1+1\"", "\"topic\": \"sluice.alerts.v1\"");
        page.close();
    }

    @Test
    void shouldPardon_whenSomebodyIsUnderAPenalty() throws Exception {
        // Given
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/penalties?account=penal");
        shows(page.locator("main"), "No penalty has that.");
        admit("penal/alice", 60);

        // Then the page shows it by itself
        Locator row = page.locator("tbody tr");
        shows(row, "penal/alice");
        shows(row, "kept out");
        shows(row, "greedy");
        shows(row, "1 of 2");
        shows(row, "30 denials in 10 min");
        assertThat(admit("penal/alice", 1).get(0).body()).contains("\"reasonCode\":\"penalty\"");
        Download csv = page.waitForDownload(() -> button(page, "Export CSV").click());
        assertThat(Files.readString(csv.path()))
                .contains("sluice.audit.v1,0,", ",penal,penal/alice,greedy,deny,1,2,enforce,");

        // When
        button(page, "Pardon penal/alice").click();
        shows(page.getByRole(AriaRole.DIALOG), "greedy, rung 1 of 2, of penal/alice");
        reason(page, "our own test");
        page.getByText("As a request").click();
        shows(
                page.getByRole(AriaRole.DIALOG),
                "sluice account pardon penal --client penal/alice --reason 'our own test'");
        dialogButton(page, "Pardon").click();

        // Then
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        shows(page.locator("main"), "No penalty has that.");
        assertThat(admit("penal/alice", 1).get(0).body()).doesNotContain("\"reasonCode\":\"penalty\"");
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/accounts/penal");
        shows(card(page, "Changes of this account"), "our own test");
        page.close();
    }

    @Test
    void shouldShowRefusalsAndWhoIsNear_whenALimitRefuses() {
        // Given
        admit("crowded/alice", 25);

        // When
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/limits?find=free-per-client");

        // Then
        Locator row = page.locator("tbody tr");
        shows(row, "free-per-client");
        assertThat(row).containsText(Pattern.compile("[1-9]\\d* of [\\d,]+"));
        assertThat(row.locator(".bar")).isVisible();

        // And of what nobody asked for, it is said that nothing is known
        page.getByLabel("Find a limit").fill("pro-per-client");
        shows(row, "no requests");
        shows(row, "not known");
        page.close();
    }

    /** As many as a document has room for, by the bound of its characters. */
    @Test
    @Tag("long")
    void shouldPageAndFind_whenThereAreThousandsOfLimits() throws Exception {
        // Given
        int count = 4_500;
        String limits = IntStream.range(0, count)
                .mapToObj(number -> "  - {id: l" + number + ", scope: client, match: {path: /" + number
                        + "}, rate: {tokens: 9, per: 1s}, candidate: {rate: {tokens: 2, per: 1s}}}\n")
                .collect(Collectors.joining());
        Path many = Files.writeString(CONSOLE.directory().resolve("many.yaml"), "limits:\n" + limits);
        SluiceProcess.run(environment(), "rules", "apply", "--reason", "many", many.toString())
                .ok();

        // When
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/limits");

        // Then
        assertThat(page.locator("tbody tr")).hasCount(100);
        shows(page.getByRole(AriaRole.MAIN), "1–100 of 4,500");
        button(page, "Next 100").click();
        shows(page.getByRole(AriaRole.MAIN), "101–200 of 4,500");
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> !admit("many/alice", 20, ",\"route\":{\"method\":\"GET\",\"path\":\"/4499\"}").stream()
                        .allMatch(call -> call.status() == 200));
        page.getByLabel("Find a limit").fill("l4499");
        assertThat(page.locator("tbody tr")).hasCount(1);
        assertThat(page.locator("tbody tr")).containsText(Pattern.compile("[1-9]\\d* of"));
        shows(page.locator("tbody tr"), "candidate: 2 per 1s, burst 2");
        assertThat(page.locator("tbody tr")).containsText(Pattern.compile("candidate: [1-9]\\d* of \\d+"));
        page.close();
        SluiceProcess.run(environment(), "rules", "rollback", "--reason", "enough", "1")
                .ok();
    }

    @Test
    void shouldBeTold_whileSomebodyLooksAndNoLonger() {
        // Given a page that has a stream
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger streams = new AtomicInteger();
        Page page = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.LIGHT);
        page.onRequest(request -> {
            asked.addAndGet(request.url().contains("/v1/traffic") ? 1 : 0);
            streams.addAndGet(request.url().contains("/v1/events") ? 1 : 0);
        });
        admit("live/alice", 1);
        page.navigate(CONSOLE.dev().adminUrl() + "/console");
        assertThat(page.locator(".chart canvas")).isVisible();
        awaitStreams(1);

        // When
        page.waitForTimeout(100);
        int before = asked.get();
        admit("live/bob", 400);

        // Then the figures come without being asked for
        assertThat(page.locator(".figure").first().locator("dd")).containsText(Pattern.compile("[1-9]"));
        assertThat(asked.get()).isLessThanOrEqualTo(before + 1);
        assertThat(streams.get()).isEqualTo(1);

        // When nobody looks any more
        look(page, false);

        // Then it costs nothing
        awaitStreams(0);

        // When somebody looks again
        look(page, true);

        // Then
        awaitStreams(1);
        page.close();
        awaitStreams(0);
    }

    private static void awaitStreams(int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> new HttpCaller()
                        .get(CONSOLE.dev().adminUrl() + "/metrics")
                        .body()
                        .contains("sluice_http_events_streams " + count + ".0"));
    }

    @Test
    void shouldSuggestWhatMayBeTyped_whenARulesetIsEdited() {
        // Given
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/rulesets/new");
        ConsoleEditor editor = ConsoleEditor.showing(page, "free-per-client");
        Locator options = editor.suggestions();
        editor.fill("limits:\n  - id: calls\n    ");

        // When
        editor.type("sc");

        // Then
        assertThat(options).hasCount(1);
        shows(page.getByRole(AriaRole.LISTBOX), "scope");
        shows(page.locator(".suggested"), "What the limit counts by");
        editor.press("Enter");
        editor.awaitText("limits:\n  - id: calls\n    scope: ");

        // When values are asked for, and the second is taken
        editor.press("Control+Space");
        assertThat(options).hasCount(4);
        editor.press("ArrowDown");
        editor.press("Tab");

        // Then
        editor.awaitText("limits:\n  - id: calls\n    scope: account");
        assertThat(options).hasCount(0);
        assertThat(editor.area()).isFocused();

        // When it is closed
        editor.press("Control+Space");
        editor.press("Escape");
        editor.press("Enter");
        editor.type("rate: {tokens: 5, per: 1s}\nlimitz: []");

        // Then the mistake is marked at its word
        shows(page.locator(".findings.bad"), "limitz");
        assertThat(editor.wrongWords()).hasCount(1);
        page.close();
    }

    private static Map<String, String> environment() {
        return Map.of("SLUICE_ADMIN_URL", CONSOLE.dev().adminUrl());
    }

    /** Each of them is decided by the ledger, so that its denials count at once. */
    private static List<HttpCaller.Call> admit(String clientId, int times) {
        return admit(clientId, times, ",\"exact\":true");
    }

    private static List<HttpCaller.Call> admit(String clientId, int times, String more) {
        return new HttpCaller()
                .postAll(
                        CONSOLE.dev().httpUrl() + "/v1/admissions",
                        Collections.nCopies(
                                times, "{\"clientId\":\"" + clientId + "\",\"deadlineMillis\":60000" + more + "}"));
    }

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
        page.route("**/v1/audit?limit=100", route -> fulfill(route, steps(newest.getAndAdd(100), 100)));
        page.route("**/v1/audit?before=*", route -> {
            if (asked.incrementAndGet() == 1) {
                route.abort();
            } else {
                fulfill(route, steps(before(route) - 1, 100));
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
}
