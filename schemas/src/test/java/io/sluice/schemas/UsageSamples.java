package io.sluice.schemas;

import io.sluice.schemas.reply.AccountsReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records of the usage topic. */
public final class UsageSamples {
    private static final long NOON = 1_699_963_200_000L;

    private static final ReplyAddress REPLY = new ReplyAddress(3, "c0ffee-1");

    private UsageSamples() {}

    public static Map<String, UsageQuery> queries() {
        Map<String, UsageQuery> samples = new LinkedHashMap<>();
        samples.put("usage-query-account", new UsageQuery.OfAccount("acmé", UsageWindow.HOUR, NOON, NOON + 1, REPLY));
        samples.put("usage-query-top", new UsageQuery.Top(Ranking.DENIED_COST, UsageWindow.DAY, 20, REPLY));
        samples.put("usage-query-accounts", new UsageQuery.Accounts("ac\u00e9", 20, REPLY));
        return samples;
    }

    static Map<String, Reply> replies() {
        Map<String, Reply> samples = new LinkedHashMap<>();
        samples.put(
                "reply-usage",
                new UsageReply("c0ffee-1", "acme", List.of(minute("acme")), NOON + UsageWindow.MINUTE.millis()));
        samples.put(
                "reply-top",
                new TopReply(
                        "c0ffee-1",
                        3,
                        NOON,
                        TopReply.UNKNOWN,
                        List.of(new TopReply.Entry("acmé", 120, 0), new TopReply.Entry("", 100, 7))));
        samples.put(
                "reply-top-accounts",
                new TopReply("c0ffee-1", 3, NOON, 1_203_441, List.of(new TopReply.Entry("acmé", 120, 0))));
        samples.put("reply-accounts", new AccountsReply("c0ffee-1", 3, List.of("acme", "acm\u00e9")));
        return samples;
    }

    private static UsageRecord minute(String account) {
        return new UsageRecord(
                UsageWindow.MINUTE,
                NOON,
                account,
                3,
                List.of(
                        new UsageRow("free", "/v1/orders/{id}", "", UsageOutcome.ALLOWED, 20, 40, 38),
                        new UsageRow("free", "", "per-client", UsageOutcome.SHADOW_REFUSED, 2, 4, 0)));
    }

    public static Map<String, UsageRecord> usage() {
        Map<String, UsageRecord> samples = new LinkedHashMap<>();
        samples.put("usage-minute", minute("acmé"));
        samples.put(
                "usage-day-of-others",
                new UsageRecord(
                        UsageWindow.DAY,
                        UsageWindow.DAY.startOf(NOON),
                        UsageRecord.OTHER_ACCOUNTS,
                        1_234,
                        List.of(new UsageRow(
                                UsageRow.OTHER, UsageRow.OTHER, UsageRow.OTHER, UsageOutcome.ALLOWED, 0, 0, -7))));
        return samples;
    }
}
