package io.sluice.cli.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/** The editor of rulesets in a page. It lays out only the lines that are seen, so its text is asked of the editor. */
record ConsoleEditor(Page page, Locator area) {
    private static final String VIEW =
            "async (area, given) => { const { EditorView } = await import('@codemirror/view');"
                    + " const view = EditorView.findFromDOM(area); ";

    /** The editor of the page, once it shows this. */
    static ConsoleEditor showing(Page page, String shown) {
        Locator area = page.getByLabel("Ruleset in YAML");
        assertThat(area).containsText(shown);
        return new ConsoleEditor(page, area);
    }

    String text() {
        return (String) area.evaluate(VIEW + "return view.state.doc.toString(); }");
    }

    /** Waits until it has this text. */
    void awaitText(String text) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> Assertions.assertThat(text()).isEqualTo(text));
    }

    /** Pastes something in place of all that there is. */
    void fill(String text) {
        area.press("Control+A");
        area.evaluate("""
                (area, text) => {
                  const clipboardData = new DataTransfer();
                  clipboardData.setData("text/plain", text);
                  const paste = { clipboardData, bubbles: true, cancelable: true };
                  area.dispatchEvent(new ClipboardEvent("paste", paste));
                }
                """, text);
        awaitText(text);
    }

    void type(String text) {
        area.pressSequentially(text);
    }

    void press(String key) {
        area.press(key);
    }

    /** Puts the caret behind the last place where this stands, and shows it. */
    void goBehind(String found) {
        area.evaluate(
                VIEW + "const at = view.state.doc.toString().lastIndexOf(given) + given.length;"
                        + " const effects = EditorView.scrollIntoView(at, { y: 'center' });"
                        + " view.dispatch({ selection: { anchor: at }, effects }); view.focus(); }",
                found);
    }

    Locator suggestions() {
        return page.getByRole(AriaRole.OPTION);
    }

    /** What is marked as wrong in the text. */
    Locator wrongWords() {
        return page.locator(".mark.bad");
    }

    /** The numbers of lines with something wrong. */
    Locator wrongLines() {
        return page.locator(".cm-gutterElement.bad");
    }
}
