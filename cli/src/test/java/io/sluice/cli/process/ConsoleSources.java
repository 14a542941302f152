package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.sluice.cli.Sluice;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** What the cards of a page say they come from, pasted into a terminal. */
final class ConsoleSources {
    private static final Pattern WORD = Pattern.compile("'((?:[^']|'\\\\'')*)'|(\\S+)");

    private ConsoleSources() {}

    /**
     * Opens the source of every card that a page shows, and tries it: each call is answered with JSON, and each command
     * is one that there is.
     *
     * @param key for {@code $SLUICE_KEY}; empty where nobody needs one
     * @return how many calls there were
     */
    static int assertAllWork(Page page, String key) throws Exception {
        Locator buttons = page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Source").setExact(true));
        int cards = buttons.count();
        while (buttons.count() > 0) {
            buttons.first().click();
        }
        assertThat(page.locator(".source")).hasCount(cards);
        List<String> lines = new ArrayList<>(page.locator(".source pre").allInnerTexts());
        int calls = 0;
        for (String line : lines) {
            if (line.startsWith("curl ")) {
                calls++;
                assertAnswered(line, key);
            } else {
                assertCommand(line);
            }
        }
        return calls;
    }

    private static void assertAnswered(String line, String key) throws Exception {
        assertThat(line).doesNotContain(key.isEmpty() ? "SLUICE_KEY" : key);
        String answer = pasted(line + " --fail-with-body", key);
        assertThat(DocumentTree.ofJson(answer)).as(line).isInstanceOf(Map.class);
    }

    /** What a line prints in a shell that has this key. */
    static String pasted(String line, String key) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("bash", "-euc", line).redirectErrorStream(true);
        shell.environment().putAll(Map.of("SLUICE_KEY", key));
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(line + "\n" + printed).isZero();
        return printed;
    }

    /** It is parsed like any other; that it does what it says is for the tests of the command line. */
    private static void assertCommand(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1).replace("'\\''", "'"));
        }
        assertThat(words.remove(0)).as(line).isEqualTo("sluice");
        CommandLine.ParseResult parsed = Sluice.commandLine().parseArgs(words.toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).as(line).isTrue();
    }
}
