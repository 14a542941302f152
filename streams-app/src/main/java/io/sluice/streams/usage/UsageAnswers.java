package io.sluice.streams.usage;

import io.sluice.schemas.codec.UsageCodec;
import io.sluice.schemas.reply.AccountsReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageRecord;
import java.util.ArrayList;
import java.util.List;

/** The answers to queries about the usage of one partition, as of now; changes nothing. */
final class UsageAnswers {
    /** The most bytes of windows in one answer, because it has to fit into a record; the next query gets the rest. */
    private static final int ANSWER_BYTES_MAX = 700_000;

    private final int partition;
    private final PartitionUsage usage;

    UsageAnswers(int partition, PartitionUsage usage) {
        this.partition = partition;
        this.usage = usage;
    }

    Reply answer(UsageQuery query) {
        if (query instanceof UsageQuery.Accounts names) {
            return new AccountsReply(
                    names.reply().correlationId(), partition, usage.accounts(names.prefix(), names.countMax()));
        }
        return query instanceof UsageQuery.OfAccount account ? windows(account) : top((UsageQuery.Top) query);
    }

    private UsageReply windows(UsageQuery.OfAccount query) {
        List<UsageRecord> windows = new ArrayList<>();
        Long next = null;
        int bytes = 0;
        long from = query.window().startOf(query.fromMillis());
        while (from < query.toMillis() && next == null) {
            UsageRecord window = usage.usage(query.account(), query.window(), from);
            bytes += window == null ? 0 : UsageCodec.encode(window).length;
            if (bytes > ANSWER_BYTES_MAX && !windows.isEmpty()) {
                next = from;
            } else if (window != null) {
                windows.add(window);
            }
            from += query.window().millis();
        }
        return new UsageReply(query.reply().correlationId(), query.account(), windows, next);
    }

    private TopReply top(UsageQuery.Top query) {
        return new TopReply(
                query.reply().correlationId(),
                partition,
                usage.openFromMillis(query.window()),
                usage.accounts(query.window()),
                usage.heaviest(query.by(), query.window(), query.countMax()).stream()
                        .map(count -> new TopReply.Entry(count.key(), count.count(), count.error()))
                        .toList());
    }
}
