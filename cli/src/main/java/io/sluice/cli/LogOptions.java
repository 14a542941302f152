package io.sluice.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * The logging options. A command logs to standard error, only warnings by default, as text or as one JSON object a
 * line.
 */
public final class LogOptions {
    /** Levels of libraries that log details on which operators of Sluice cannot act. */
    private static final Map<String, Level> QUIET = Map.of(
            "org.apache.kafka", Level.ERROR,
            // It logs errors with traces for events from which it recovers by itself: a transaction timed out, a task
            // is restored, a thread is replaced. Sluice itself logs what an operator has to know, and the command
            // that starts it logs fatal errors.
            "org.apache.kafka.streams", Level.OFF,
            "org.apache.kafka.streams.processor.internals.StateDirectory", Level.ERROR,
            "kafka", Level.ERROR,
            // Logs batches that a producer sent out of order, which it sends again by itself.
            "kafka.server.ReplicaManager", Level.OFF,
            "state.change.logger", Level.ERROR,
            "io.micrometer", Level.ERROR);

    /** Fixed levels: in more detail, these loggers would show header fields of requests, and so callers' tokens. */
    private static final Map<String, Level> SECRETIVE = Map.of(
            "org.eclipse.jetty",
            Level.WARN,
            // These two have a line for each request that somebody sends with two hosts, or with a bad one.
            "org.eclipse.jetty.http.HttpParser",
            Level.ERROR,
            "org.eclipse.jetty.util.HostPort",
            Level.ERROR);

    /** Loggers that warn of callers' mistakes: callers get an answer, and could otherwise fill the log. */
    private static final List<String> CALLERS_FAULTS =
            List.of("org.eclipse.jetty.http", "org.eclipse.jetty.util.HostPort");

    enum Format {
        TEXT,
        JSON
    }

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "${env:SLUICE_LOG_FORMAT:-text}",
            description = "Log format: text or json (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "${env:SLUICE_LOG_LEVEL:-WARN}",
            description = "Lowest level that Sluice logs: TRACE, DEBUG, INFO, WARN or ERROR (default: WARN).")
    private String level = "WARN";

    @Option(names = "--log-kafka", description = "Log lines of the Kafka libraries too, at the same level.")
    private boolean kafka;

    /** Sets up logging for the whole process. */
    public void apply() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Level own = Level.toLevel(level, Level.WARN);
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(format == Format.JSON ? json(context) : text(context));
        if (!kafka) {
            RoutineKafkaLines routine = new RoutineKafkaLines();
            routine.start();
            appender.addFilter(routine);
        }
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        context.getLogger("io.sluice").setLevel(own);
        QUIET.forEach((name, quiet) -> context.getLogger(name).setLevel(kafka ? own : quiet));
        SECRETIVE.forEach((name, quiet) -> context.getLogger(name).setLevel(quiet));
        CALLERS_FAULTS.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    }

    /** The same, without warnings of a package that are already in the command's result. */
    public void applyWithoutWarningsOf(String quietPackage) {
        apply();
        ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger(quietPackage)
                .setLevel(Level.ERROR);
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} %msg%n");
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
