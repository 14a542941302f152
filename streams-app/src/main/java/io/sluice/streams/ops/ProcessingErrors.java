package io.sluice.streams.ops;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The last error handler for a stream thread's processing. A defect that a processor does not handle itself, in the
 * clean-up for instance, is counted and logged, and the partition continues. Failures of Kafka end the thread, as
 * they must.
 */
public final class ProcessingErrors implements ProcessingExceptionHandler {
    private @Nullable LostOutputs lost;

    @Override
    public void configure(Map<String, ?> config) {
        this.lost = (LostOutputs) config.get(LostOutputs.CONFIG);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, @Nullable Record<?, ?> record, Exception failure) {
        LostOutputs counted = lost;
        if (counted == null || failure instanceof KafkaException) {
            return Response.fail();
        }
        counted.unprocessed(OutputErrors.place(context), failure);
        return Response.resume();
    }
}
