package io.sluice.schemas.reply;

import io.sluice.schemas.usage.UsageRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usage of an account.
 *
 * @param windows those that have counts, oldest first
 * @param nextFromMillis where the answer goes on, if not all windows fit; null if they do
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
