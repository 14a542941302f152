package io.sluice.schemas.reply;

import io.sluice.schemas.usage.UsageRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query for the usage of an account.
 *
 * @param windows those that have counts, oldest first
 * @param nextFromMillis the beginning of the first window that did not fit; null if all did
 */
public record UsageReply(
        String correlationId,
        String account,
        List<UsageRecord> windows,
        @Nullable Long nextFromMillis) implements Reply {
    public UsageReply {
        windows = List.copyOf(windows);
    }
}
