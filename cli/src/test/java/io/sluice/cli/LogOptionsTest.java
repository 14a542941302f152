package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What is said at which level; and what never is. */
final class LogOptionsTest {
    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    @AfterEach
    void restore() throws Exception {
        context().reset();
        new ContextInitializer(context()).autoConfig(ClassicConstants.class.getClassLoader());
    }

    @Test
    void shouldKeepTheServerQuiet_whenEverythingElseTalks() {
        // Given
        LogOptions options = new LogOptions();
        new CommandLine(options)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs("--log-level", "TRACE", "--log-kafka");

        // When
        options.apply();

        // Then: its debug lines show the fields of requests
        assertThat(LoggerFactory.getLogger("io.sluice.api").isTraceEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("org.apache.kafka.clients").isTraceEnabled())
                .isTrue();
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.http.HttpParser").isInfoEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.server.Server").isWarnEnabled())
                .isTrue();
        // And its warnings of bad requests are one for each request.
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.http.HttpParser").isWarnEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.util.HostPort").isWarnEnabled())
                .isFalse();
        // And nobody has a line written for each request.
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.http.HttpParser").isWarnEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.util.HostPort").isWarnEnabled())
                .isFalse();
    }
}
