package io.sluice.streams.usage;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader of the store's entries. An entry that this version cannot read is counted by a metric, and treated as
 * absent, so that the other accounts of its window are counted nevertheless.
 */
final class UsageEntryReader {
    private static final Logger LOG = LoggerFactory.getLogger(UsageEntryReader.class);

    private final UsageMetrics metrics;
    private boolean failureLogged;

    UsageEntryReader(UsageMetrics metrics) {
        this.metrics = metrics;
    }

    /** The usage of an account in one window; null if it cannot be read. */
    @Nullable AccountUsage read(byte[] saved) {
        try {
            return UsageStoreCodec.usage(saved);
        } catch (RuntimeException e) {
            metrics.entryUnreadable();
            if (!failureLogged) {
                failureLogged = true;
                LOG.error(
                        "usage of an account cannot be read, and begins anew;"
                                + " the metric sluice_usage_entries_unreadable counts all reads that failed",
                        e);
            }
            return null;
        }
    }
}
