package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.usage.UsageService.Answer;
import io.sluice.client.usage.UsageService.Answered;
import io.sluice.client.usage.UsageService.Rank;
import io.sluice.client.usage.UsageService.Top;
import io.sluice.client.usage.UsageService.Unavailable;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.usage.Ranking;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The merge of the rankings of all partitions into one. An account is in one partition, so for accounts this adds no
 * error.
 *
 * <p>An address may be in several. A partition that does not list it among its heaviest may still have counted it, up
 * to the smallest count that it lists. That much is added to the possible error, and to the count, which stays an
 * upper bound.
 */
final class TopMerge {
    private TopMerge() {}

    static Answer<Top> of(List<Arrival> arrivals, Ranking by, int countMax) {
        List<TopReply> replies = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            if (!(arrival.reply() instanceof TopReply reply)) {
                return new Unavailable<>(KafkaUsage.unanswered(arrival));
            }
            replies.add(reply);
        }
        long latest = replies.stream().mapToLong(TopReply::fromMillis).max().orElse(0);
        // A partition that has been silent still has an older window open.
        List<TopReply> current =
                replies.stream().filter(reply -> reply.fromMillis() == latest).toList();
        return new Answered<>(new Top(latest, accounts(current), ranks(current, by, countMax)));
    }

    private static long accounts(List<TopReply> replies) {
        boolean isKnown = replies.stream().noneMatch(reply -> reply.accounts() == TopReply.UNKNOWN);
        return isKnown ? replies.stream().mapToLong(TopReply::accounts).sum() : TopReply.UNKNOWN;
    }

    private static List<Rank> ranks(List<TopReply> replies, Ranking by, int countMax) {
        Map<String, Rank> byKey = new HashMap<>();
        for (TopReply reply : replies) {
            for (TopReply.Entry entry : reply.entries()) {
                byKey.merge(entry.key(), new Rank(entry.key(), entry.count(), entry.error()), TopMerge::sum);
            }
        }
        List<Rank> ranks = new ArrayList<>(byKey.values());
        if (by.isSpread()) {
            ranks.replaceAll(rank -> withUnlisted(rank, replies, countMax));
        }
        ranks.sort(Comparator.comparingLong(Rank::count).reversed().thenComparing(Rank::key));
        return List.copyOf(ranks.subList(0, Math.min(countMax, ranks.size())));
    }

    private static Rank sum(Rank first, Rank second) {
        return new Rank(first.key(), first.count() + second.count(), first.error() + second.error());
    }

    private static Rank withUnlisted(Rank rank, List<TopReply> replies, int countMax) {
        Rank sum = rank;
        for (TopReply reply : replies) {
            List<TopReply.Entry> entries = reply.entries();
            boolean isListed = entries.stream().anyMatch(entry -> entry.key().equals(rank.key()));
            if (!isListed && entries.size() == countMax) {
                long most = entries.get(countMax - 1).count();
                sum = sum(sum, new Rank(rank.key(), most, most));
            }
        }
        return sum;
    }
}
