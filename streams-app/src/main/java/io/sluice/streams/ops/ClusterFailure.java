package io.sluice.streams.ops;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;

/**
 * The rule that distinguishes failures by an outage of Kafka, which end with it, from failures of the app.
 *
 * <p>Not among them: two apps that fence each other off, missing permissions, a lost disk, a defect.
 */
public final class ClusterFailure {
    /** The message of Kafka's producer when it is used on after a call that timed out; it has no type of its own. */
    private static final String AFTER_TIMEOUT = "timed out and must be retried";

    private static final String NAMES_UNRESOLVED = "No resolvable bootstrap urls";

    private ClusterFailure() {}

    /** Whether the failure, or any cause of it, comes from Kafka being away or in trouble. */
    public static boolean isBehind(Throwable failure) {
        return causeIn(failure) != null;
    }

    /** The failure in one line that an operator can search for. */
    public static String lineOf(Throwable failure) {
        Throwable cause = causeIn(failure);
        Throwable told = cause == null ? failure : cause;
        String message =
                told.getMessage() == null ? "" : ": " + told.getMessage().replaceAll("\\s*\\R\\s*", "; ");
        return told.getClass().getSimpleName() + message;
    }

    private static @Nullable Throwable causeIn(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            if (isOfCluster(cause)) {
                return cause;
            }
        }
        return null;
    }

    private static boolean isOfCluster(Throwable cause) {
        return cause instanceof RetriableException
                || cause instanceof InvalidProducerEpochException
                || cause instanceof InvalidPidMappingException
                || cause instanceof OutOfOrderSequenceException
                || cause instanceof TransactionAbortableException
                || cause instanceof TransactionAbortedException
                || cause instanceof CommitFailedException
                || (cause instanceof IllegalStateException && says(cause, AFTER_TIMEOUT))
                || (cause instanceof ConfigException && says(cause, NAMES_UNRESOLVED));
    }

    private static boolean says(Throwable cause, String words) {
        return cause.getMessage() != null && cause.getMessage().contains(words);
    }
}
