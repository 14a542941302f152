package io.sluice.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log filter that drops a routine message which Kafka Streams logs as an error: a task is rebuilt from its
 * changelog, as after every {@code kill -9} under exactly-once.
 */
final class RoutineKafkaLines extends Filter<ILoggingEvent> {
    private static final String LOGGER = "org.apache.kafka.streams.processor.internals.TaskManager";
    private static final String BEGINNING = "Get exceptions for the following tasks";
    private static final Pattern EXCEPTION = Pattern.compile("=[\\w.$]+\\.(\\w+)");
    private static final String ROUTINE = "TaskCorruptedException";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return LOGGER.equals(event.getLoggerName()) && isRoutine(event.getFormattedMessage())
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    private static boolean isRoutine(String line) {
        if (!line.contains(BEGINNING)) {
            return false;
        }
        Matcher exceptions = EXCEPTION.matcher(line);
        boolean found = false;
        while (exceptions.find()) {
            if (!exceptions.group(1).equals(ROUTINE)) {
                return false;
            }
            found = true;
        }
        return found;
    }
}
