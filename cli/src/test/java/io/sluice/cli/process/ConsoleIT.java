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

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The console in a browser, over a {@code sluice dev}, and over a front end that asks for keys. */
final class ConsoleIT {
    private static final String MARKUP = "<img src=x onerror=alert(1)>";
    private static final String QUOTES = "\"><script>alert(2)</script>'`${3}&amp;";
    private static final String FORMULA = "=HYPERLINK(\"x\",1)";
    private static final Pattern SECRET = Pattern.compile("key \\(shown only now\\): (\\S+)");
    private static final long FIRST_CHART_PRINTED_MILLIS = 1_000;

    @RegisterExtension
    static final ConsoleExtension CONSOLE = new ConsoleExtension();

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldTeachAndThenShowTraffic_whenSomebodyAsks() throws Exception {
        // Given nobody who has asked
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "");
        Locator requests = card(page, "Requests");
        shows(requests, "Nobody has asked anything");
        assertThat(requests.locator("pre")).hasCount(3);
        shows(requests.locator("pre").first(), CONSOLE.dev().httpUrl() + "/v1/admissions");

        // When its steps are followed
        List<String> steps = requests.locator("pre").allInnerTexts();
        // A process that has just started may need longer than the deadline for its first verdict.
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() ->
                        assertThat(ConsoleSources.pasted(steps.get(0), "")).contains("\"verdict\":\"allow\""));
        assertThat(ConsoleSources.pasted(steps.get(1), "")).contains(" 200", " 429");
        // A token may have come back meanwhile; then this takes it, and the next one waits.
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() ->
                        assertThat(ConsoleSources.pasted(steps.get(2), "")).contains("\"action\":\"throttle\""));

        // Then the page shows it without being loaded again
        assertThat(requests.locator(".chart canvas")).isVisible();
        assertThat(requests.getByRole(AriaRole.IMG)).hasAccessibleName(Pattern.compile("^Requests a second"));
        shows(card(page, "Top of this hour"), "acme");
        shows(card(page, "Partitions"), "answers");
        assertThat(card(page, "Partitions").locator("tbody tr")).hasCount(4);
        shows(card(page, "Latest changes"), "activated revision 1");

        // And another one has its chart soon
        Page second = CONSOLE.browser().page(CONSOLE.dev().adminUrl(), 1280, ColorScheme.DARK);
        System.out.printf(
                "console: first chart after %d ms (wanted: %d)%n",
                ConsoleBrowser.chartAfterMillis(second, CONSOLE.dev().adminUrl()), FIRST_CHART_PRINTED_MILLIS);
        assertThat(second.locator("html")).hasAttribute("data-theme", "dark");
        page.close();
        second.close();
    }

    @Test
    void shouldChangeTheNextVerdict_whenActedOnAnAccount() {
        // Given a client that has used up its bucket
        admit("acted/alice", 25);
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts/acted?client=acted%2Falice");
        Locator bucket =
                card(page, "Buckets now").locator("tr", new Locator.LocatorOptions().setHasText("free-per-client"));
        // A token has come, if the page took long.
        assertThat(admit("acted/alice", 5)).extracting(HttpCaller.Call::status).contains(429);

        // When
        act(page, "Reset bucket", "Reset", "our outage");

        // Then
        assertThat(status("acted/alice")).isEqualTo(200);
        shows(bucket, "/ 20");
        shows(card(page, "Changes of this account"), "our outage");

        // When the account is denied, and let in again
        act(page, "Deny all", "Deny all", QUOTES);
        assertThat(status("acted/alice")).isEqualTo(403);
        shows(card(page, "Changes of this account"), QUOTES);
        act(page, "End listing", "End it", "talked to them");

        // Then
        assertThat(status("acted/alice")).isEqualTo(200);
        shows(card(page, "Profile"), "talked to them");
        page.close();
    }

    @Test
    void shouldCountOtherwise_whenALimitIsOverridden() {
        // Given
        admit("other/alice", 20);
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts/other?client=other%2Falice");
        shows(card(page, "Buckets now"), "free-per-client");

        // When a burst is typed wrongly, and then rightly
        button(page, "Override limit").click();
        field(page, "burst").fill("many");
        shows(page.getByRole(AriaRole.DIALOG), "burst: not a whole number");
        assertThat(dialogButton(page, "Override")).isDisabled();
        field(page, "burst").fill("40");
        reason(page, "launch day");
        dialogButton(page, "Override").click();

        // Then twenty more go through
        shows(card(page, "Profile"), "free-per-client");
        assertThat(admit("other/alice", 21).stream().filter(call -> call.status() == 200))
                .hasSizeBetween(20, 21);

        // When tokens are given back, and the tier is changed
        button(page, "Grant tokens").click();
        field(page, "tokens").fill("5");
        reason(page, "sorry");
        dialogButton(page, "Grant").click();
        shows(card(page, "Changes of this account"), "sorry");
        assertThat(status("other/alice")).isEqualTo(200);
        button(page, "Set tier").click();
        field(page, "tier").selectOption("pro");
        reason(page, "upgraded");
        dialogButton(page, "Set tier").click();

        // Then
        shows(page.locator(".head"), "tier pro");
        act(page, "Remove override", "Remove", "over");
        shows(card(page, "Profile"), "over");

        // When there is nothing to pardon
        button(page, "Pardon").click();
        reason(page, "first offence");
        dialogButton(page, "Pardon").click();

        // Then the dialog stays, and says so
        shows(page.getByRole(AriaRole.ALERT), "no penalty");
        dialogButton(page, "Cancel").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        page.close();
    }

    @Test
    void shouldShowWhy_whenADecisionIsExplained() {
        // Given requests that each have a record: what a front end repeats by itself is not explained
        admit("why/alice", 25, ",\"exact\":true");
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts/why?verdict=deny");
        Locator decisions = card(page, "Recent decisions");
        shows(decisions, "denied");

        // When
        decisions.getByText("Explain").first().click();
        decisions.getByText("What would it get now?").click();

        // Then
        shows(decisions.locator("tr.detail"), "sluice.decisions.v1");
        shows(decisions.locator("tr.detail"), "tier: \"free\" (expected: pro)");

        // When it is asked how it was, too
        decisions.getByText("How was it decided?").click();

        // Then
        shows(decisions.locator("tr.detail"), "State: exact");
        assertThat(page).hasURL(Pattern.compile("verdict=deny$"));
        shows(card(page, "Usage"), "tokens charged");
        page.close();
    }

    @Test
    void shouldBeText_whenNamesAreMarkup() {
        // Given
        admit(MARKUP + "/alice", 1);
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/accounts");

        // When
        page.locator("#account-name").fill(MARKUP + "/alice");
        button(page, "Open").click();

        // Then
        assertThat(page.locator("h1")).hasText(MARKUP);
        shows(card(page, "Recent decisions"), MARKUP + "/alice");
        assertThat(page.locator("img[src=x]")).hasCount(0);
        card(page, "Recent decisions").getByText("Source").click();
        shows(card(page, "Recent decisions").locator("pre").first(), "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
        page.close();
    }

    @Test
    void shouldGoIntoForceAndBack_whenARulesetIsEdited() throws Exception {
        // Given
        admit("tried/alice", 10, ",\"exact\":true");
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/rulesets");
        page.getByText("Propose a change").click();
        ConsoleEditor editor = ConsoleEditor.showing(page, "free-per-client");
        String inForce = editor.text();

        // When something is mistyped
        editor.fill(inForce.replaceFirst("burst: 20\\b", "burst: -3"));

        // Then its line is marked, and it cannot be proposed
        shows(page.locator(".findings.bad"), "limits[0].burst");
        assertThat(editor.wrongLines()).hasCount(1);
        assertThat(button(page, "Propose")).isDisabled();

        // When the page is loaded again
        page.reload();

        // Then the draft is there, until somebody begins anew
        shows(page.locator("main"), "Your earlier draft is here again");
        assertThat(editor.area()).containsText("burst: -3");
        shows(page.locator(".findings.bad"), "limits[0].burst");
        button(page, "Begin anew").click();
        editor.awaitText(inForce);

        // When it is right
        editor.fill(inForce.replaceFirst("burst: 20\\b", "burst: 3"));
        shows(page.locator("main"), "limits[free-per-client].burst");
        button(page, "As text").click();
        assertThat(page.locator("pre.diff .added")).hasText(Pattern.compile("burst: 3"));

        // When it is tried on what was asked so far
        Locator trial = card(page, "Try it on the log");
        button(page, "Try it").click();

        // Then it is seen who would have been refused
        shows(trial, "requests newly denied");
        shows(trial, "tried");
        shows(trial, "This draft, on the last 1 h");
        trial.screenshot(new Locator.ScreenshotOptions().setPath(Path.of("target", "pictures", "console-trial.png")));

        // When it is proposed
        button(page, "Propose").click();
        reason(page, "fewer at once");
        dialogButton(page, "Propose").click();
        assertThat(page.locator("h1")).hasText(Pattern.compile("^Proposal \\d+$"));

        // Then it takes its steps, and counts from the last one on
        act(page, "Approve", "Approve", "mine is good");
        shows(page.locator(".head"), "approved");
        act(page, "Activate", "Activate", "go");
        shows(page.locator(".head"), "activated");
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(
                                admit("edited/" + System.nanoTime(), 4).stream().filter(call -> call.status() == 200))
                        .hasSize(3));

        // When it is taken back
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/rulesets/revisions/1");
        act(page, "Roll back to this", "Roll back", "too few");

        // Then
        shows(page.locator(".head"), "in force");
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(
                                admit("edited/" + System.nanoTime(), 4).stream().filter(call -> call.status() == 200))
                        .hasSize(4));
        page.close();
    }

    @Test
    void shouldOnlyPropose_whenALimitIsRolledOut() {
        // Given
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/limits?find=exports");
        Locator row = page.locator("tr", new Page.LocatorOptions().setHasText("exports-per-client"));
        shows(row, "POST · /v1/exports/**");
        shows(row, "2 per 1d, burst 2");

        // When
        button(page, "Roll out exports-per-client").click();
        field(page, "mode").selectOption("shadow");
        reason(page, "try it first");
        dialogButton(page, "Propose").click();

        // Then
        shows(page.locator("main"), "limits[exports-per-client].mode");
        act(page, "Reject", "Reject", "not today");
        shows(page.locator(".head"), "rejected");
        page.close();
    }

    @Test
    void shouldKeepOut_whenAccessIsDeniedForATime() throws Exception {
        // Given
        Page page = CONSOLE.browser().open(CONSOLE.dev().adminUrl(), "#/access");
        button(page, "Deny or allow").click();

        // When
        field(page, "kind").selectOption("client");
        field(page, "who").fill("kept/out");
        reason(page, FORMULA);
        dialogButton(page, "Deny").click();

        // Then
        shows(page.locator("tbody"), "client kept/out");
        awaitStatus("kept/out", 403);

        // When the trail is taken into a spreadsheet
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/audit?find=access-added");
        shows(page.locator("tbody"), FORMULA);
        Download download =
                page.waitForDownload(() -> button(page, "Export CSV").click());

        // Then nothing in it is a formula
        String csv = Files.readString(download.path());
        assertThat(csv).startsWith("sequence,at,principal").contains("\"'=HYPERLINK(\"\"x\"\",1)\"");
        page.navigate(CONSOLE.dev().adminUrl() + "/console#/access");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^End entry")))
                .first()
                .click();
        reason(page, "over");
        dialogButton(page, "End it").click();
        awaitStatus("kept/out", 200);
        page.close();
    }

    @Test
    void shouldShowWhatARoleMay_whenSignedInByKey() throws Exception {
        // Given a front end that asks for keys
        String viewer = makeKey("vera", "viewer");
        String operator = makeKey("otto", "operator");
        String editor = makeKey("edda", "editor");
        String approver = makeKey("ada", "approver");
        SluiceProcess api = frontEnd("0");
        String url = api.awaitRequestApi().adminUrl();
        Page page = CONSOLE.browser().open(url, "#/accounts/roles");

        // When the key is wrong, and then a viewer's
        signIn(page, "not-a-key");
        shows(page.getByRole(AriaRole.ALERT), "does not know this key");
        signIn(page, viewer);

        // Then the view that was asked for is there, and nothing that changes it
        assertThat(page.locator("h1")).hasText("roles");
        shows(card(page, "Profile"), "Version");
        assertThat(button(page, "Deny all")).hasCount(0);
        assertThat(page.url()).doesNotContain(viewer);

        // And what a card comes from can be had in a terminal
        assertThat(ConsoleSources.assertAllWork(page, viewer)).isGreaterThanOrEqualTo(4);

        // When others sign in
        button(page, "Sign out").click();
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
        signIn(page, editor);

        // Then one may write rules, and change no account
        assertThat(page.locator("h1")).hasText("roles");
        shows(card(page, "Profile"), "Version");
        assertThat(button(page, "Deny all")).hasCount(0);
        page.navigate(url + "/console#/limits");
        assertThat(page.getByLabel("Edit free-per-client")).isVisible();
        proposeInTurn(page, approver, operator);
        page.navigate(url + "/console#/limits");
        assertThat(page.getByText("2 per 1d, burst 2")).isVisible();
        assertThat(page.getByLabel("Edit free-per-client")).hasCount(0);

        // And the trail says who did what
        page.navigate(url + "/console#/audit");
        shows(page.locator("tbody"), "looks right");
        shows(page.locator("tbody"), "ada");

        // And the other the other way round
        page.navigate(url + "/console#/accounts/roles");
        act(page, "Deny all", "Deny all", "abuse");
        shows(card(page, "Changes of this account"), "otto");
        assertThat(status("roles/alice")).isEqualTo(403);

        // When the server goes, and comes back
        String port = Integer.toString(URI.create(url).getPort());
        api.close();
        shows(page.locator(".stale").first(), "the server does not answer");
        try (SluiceProcess again = frontEnd(port)) {
            again.awaitRequestApi();

            // Then the page goes on by itself
            assertThat(page.locator(".stale")).hasCount(0);
        }
        page.close();
    }

    /** An editor proposes, an approver approves, and an operator may activate: each sees its own step alone. */
    private static void proposeInTurn(Page page, String approver, String operator) {
        // When the editor proposes
        button(page, "Roll out exports-per-client").click();
        field(page, "mode").selectOption("shadow");
        reason(page, "try it first");
        dialogButton(page, "Propose").click();

        // Then the next steps are others'
        shows(page.locator(".head"), "open");
        assertSteps(page);
        button(page, "Sign out").click();
        signIn(page, approver);
        shows(page.locator(".head"), "open");
        assertSteps(page, "Approve", "Reject");

        // When the approver approves
        act(page, "Approve", "Approve", "looks right");

        // Then only an operator may activate it
        shows(page.locator(".head"), "approved");
        assertSteps(page, "Reject");
        button(page, "Sign out").click();
        signIn(page, operator);
        shows(page.locator(".head"), "approved");
        assertSteps(page, "Activate");
    }

    private static void assertSteps(Page page, String... steps) {
        assertThat(page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Steps"))
                        .getByRole(AriaRole.BUTTON))
                .hasText(steps);
    }

    @Test
    void shouldLetIn_whoSignsInWithTheIssuer() throws Exception {
        // Given a front end that trusts an issuer
        try (OidcIssuer issuer = OidcIssuer.start();
                SluiceProcess api = frontEnd(
                        "0",
                        "--jwks-url",
                        issuer.jwks(),
                        "--jwt-issuer",
                        issuer.url(),
                        "--jwt-audience",
                        OidcIssuer.AUDIENCE,
                        "--oidc-client-id",
                        OidcIssuer.CLIENT)) {
            String url = api.awaitRequestApi().adminUrl();
            Page page = CONSOLE.browser().open(url, "#/accounts/signed-in", issuer);

            // When the issuer refuses, somebody forges an answer, or the answer is to another sign-in
            for (String answer : List.of("Not today", "Forged", "Sign in as Olga")) {
                issuer.mixUpNonces();
                button(page, "Sign in with 127.0.0.1").click();
                page.getByText(answer).click();

                // Then nobody is let in, and nothing of it stays
                shows(
                        page.getByRole(AriaRole.ALERT),
                        answer.equals("Not today")
                                ? "The issuer refuses: Not today"
                                : answer.equals("Forged") ? "not begun in this tab" : "not the answer to this sign-in");
                assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
                assertThat(page.url()).doesNotContain("code=");
            }

            // When
            issuer.tellNonces();
            page.navigate(url + "/console#/accounts/signed-in");
            button(page, "Sign in with 127.0.0.1").click();
            page.getByText("Sign in as Olga").click();

            // Then the view that was asked for is there, for somebody with that role
            assertThat(page.locator("h1")).hasText("signed-in");
            assertThat(page.url()).isEqualTo(url + "/console#/accounts/signed-in");
            act(page, "Deny all", "Deny all", "abuse");
            shows(card(page, "Changes of this account"), "olga");
            assertThat(status("signed-in/alice")).isEqualTo(403);

            // When
            page.reload();
            shows(page.locator(".who"), "olga");
            button(page, "Sign out").click();

            // Then
            assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
            assertThat(button(page, "Sign in with 127.0.0.1")).isVisible();

            // When a token ends, which servers notice after 30 seconds
            issuer.letTokensEndAfter(-24);
            button(page, "Sign in with 127.0.0.1").click();
            page.getByText("Sign in as Olga").click();

            // Then the page says so, and goes on with another token
            shows(page.getByRole(AriaRole.ALERT), "has expired");
            assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
            issuer.letTokensEndAfter(3_600);
            button(page, "Sign in with 127.0.0.1").click();
            page.getByText("Sign in as Olga").click();
            shows(page.locator(".who"), "olga");
            assertThat(page.locator("h1")).hasText("signed-in");
            page.close();
        }
    }

    private void awaitStatus(String clientId, int status) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(status(clientId)).isEqualTo(status));
    }

    private static void signIn(Page page, String key) {
        page.getByLabel("Key or token").fill(key);
        button(page, "Sign in").click();
    }

    private List<HttpCaller.Call> admit(String clientId, int times) {
        return admit(clientId, times, "");
    }

    private List<HttpCaller.Call> admit(String clientId, int times, String more) {
        return caller.postAll(
                CONSOLE.dev().httpUrl() + "/v1/admissions",
                Collections.nCopies(times, "{\"clientId\":\"" + clientId + "\",\"deadlineMillis\":60000" + more + "}"));
    }

    private int status(String clientId) {
        return admit(clientId, 1).get(0).status();
    }

    private static String makeKey(String name, String role) throws Exception {
        SluiceProcess.Ended made = SluiceProcess.run("keys", "create", name, "--roles", role);
        Matcher secret = SECRET.matcher(String.join("\n", made.ok()));
        assertThat(secret.find()).isTrue();
        Path keys = CONSOLE.directory().resolve("keys.yaml");
        String known = Files.exists(keys) ? Files.readString(keys) : "keys:\n";
        Files.writeString(keys, known + made.lines().get(made.lines().size() - 1) + "\n");
        return secret.group(1);
    }

    private static SluiceProcess frontEnd(String adminPort, String... more) throws IOException {
        Path keys = CONSOLE.data().resolve("keys");
        List<String> arguments = new ArrayList<>(List.of("request-api", "--http-port", "0", "--admin-port", adminPort));
        Path known = CONSOLE.directory().resolve("keys.yaml");
        if (Files.exists(known)) {
            arguments.addAll(List.of("--keys", known.toString()));
        }
        arguments.addAll(List.of(more));
        return SluiceProcess.start(
                Map.of(
                        "SLUICE_BOOTSTRAP_SERVERS", CONSOLE.dev().bootstrapServers(),
                        "SLUICE_RULES_PUBLIC_KEY_FILE",
                                keys.resolve("rules-public.pem").toString(),
                        "SLUICE_COMMAND_KEY_FILE",
                                keys.resolve("command-private.pem").toString(),
                        "SLUICE_KAFKA_REPLICATION_FACTOR", "1"),
                arguments);
    }
}
