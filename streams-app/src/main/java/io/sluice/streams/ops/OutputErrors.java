package io.sluice.streams.ops;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jspecify.annotations.Nullable;

/**
 * The last error handler for the writes of a stream thread: a record that its topic refuses ends no thread.
 *
 * <p>For a changelog the thread does end, because the next instance would not know which entry is missing. Failures
 * of the cluster, not of the record, keep their meaning: those that may pass are retried, the rest end the thread.
 * Kafka Streams itself handles producers that are fenced or not allowed, before it calls this handler.
 */
public final class OutputErrors implements ProductionExceptionHandler {
    private static final String CHANGELOG = "-changelog";

    private @Nullable LostOutputs lost;

    @Override
    public void configure(Map<String, ?> config) {
        this.lost = (LostOutputs) config.get(LostOutputs.CONFIG);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
        if (failure instanceof RetriableException) {
            return Response.retry();
        }
        LostOutputs counted = lost;
        if (counted == null || !isOfTheRecord(failure) || record.topic().endsWith(CHANGELOG)) {
            return Response.fail();
        }
        if (failure instanceof RecordTooLargeException) {
            counted.tooLarge(record, place(context), failure);
        } else {
            counted.lost(record.topic(), place(context), failure);
        }
        return Response.resume();
    }

    private static boolean isOfTheRecord(Exception failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof SerializationException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTopicException;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Response handleSerializationError(
            ErrorHandlerContext context,
            ProducerRecord record,
            Exception failure,
            SerializationExceptionOrigin origin) {
        LostOutputs counted = lost;
        if (counted == null || record.topic().endsWith(CHANGELOG)) {
            return Response.fail();
        }
        counted.lost(record.topic(), place(context), failure);
        return Response.resume();
    }

    static String place(ErrorHandlerContext context) {
        return context.topic() == null
                ? "no record"
                : context.topic() + " " + context.partition() + "-" + context.offset();
    }
}
