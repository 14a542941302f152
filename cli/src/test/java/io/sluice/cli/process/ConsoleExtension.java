package io.sluice.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that gives one test class a {@code sluice dev} with its console, and a browser. After each test the
 * pages have made no mistake. A class is skipped where there is no browser.
 */
final class ConsoleExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final String moreRules;
    private @Nullable Path directory;
    private @Nullable ConsoleBrowser browser;
    private @Nullable DevProcess dev;

    /** With the built-in rules. */
    ConsoleExtension() {
        this("");
    }

    /**
     * With more rules.
     *
     * @param moreRules YAML that follows the built-in rules
     */
    ConsoleExtension(String moreRules) {
        this.moreRules = moreRules;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        browser = ConsoleBrowser.start();
        directory = Files.createTempDirectory("sluice-console-");
        dev = moreRules.isEmpty() ? DevProcess.ready(data()) : DevProcess.ready(data(), "--rules", rules().toString());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        browser().assertNoMistakes();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (dev != null) {
            dev.close();
        }
        if (browser != null) {
            browser.close();
        }
        if (directory != null) {
            Utils.delete(directory.toFile());
        }
    }

    private Path rules() throws IOException {
        try (InputStream builtIn =
                Objects.requireNonNull(ConsoleExtension.class.getResourceAsStream("/dev-rules.yaml"))) {
            String rules = new String(builtIn.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(directory().resolve("rules.yaml"), rules + moreRules);
        }
    }

    ConsoleBrowser browser() {
        return Objects.requireNonNull(browser, "the browser is not running");
    }

    DevProcess dev() {
        return Objects.requireNonNull(dev, "sluice dev is not running");
    }

    /** Deleted after the class. */
    Path directory() {
        return Objects.requireNonNull(directory, "there is no directory yet");
    }

    /** The data directory of the process. */
    Path data() {
        return directory().resolve("data");
    }
}
