package io.sluice.cli.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Has streams apps log nothing: each fault is worth a warning, and a broken engine an error for each record. */
final class WithoutStreamsLog implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        streams().setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        streams().setLevel(null);
    }

    private static Logger streams() {
        return (Logger) LoggerFactory.getLogger("io.sluice.streams");
    }
}
