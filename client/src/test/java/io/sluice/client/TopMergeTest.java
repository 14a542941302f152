package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.usage.UsageService;
import io.sluice.client.usage.UsageService.Rank;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.usage.Ranking;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopMergeTest {
    private static Arrival reply(int partition, long fromMillis, TopReply.Entry... entries) {
        return new Arrival(new TopReply("c", partition, fromMillis, 10 + partition, List.of(entries)), null);
    }

    private static List<Rank> ranks(Ranking by, int countMax, Arrival... arrivals) {
        UsageService.Answer<UsageService.Top> answer = TopMerge.of(List.of(arrivals), by, countMax);
        return ((UsageService.Answered<UsageService.Top>) answer).value().ranks();
    }

    @Test
    void shouldListAccountsOnce_whenEachIsInOnePartition() {
        // When
        List<Rank> ranks = ranks(
                Ranking.DENIED,
                3,
                reply(0, 60, new TopReply.Entry("a", 9, 1), new TopReply.Entry("b", 2, 0)),
                reply(1, 60, new TopReply.Entry("c", 5, 0)),
                reply(2, 0, new TopReply.Entry("of-an-older-window", 99, 0)));

        // Then
        assertThat(ranks).containsExactly(new Rank("a", 9, 1), new Rank("c", 5, 0), new Rank("b", 2, 0));
    }

    @Test
    void shouldWidenTheError_whenAnAddressMayBeUnlistedElsewhere() {
        // When
        List<Rank> ranks = ranks(
                Ranking.ADDRESS,
                2,
                reply(0, 60, new TopReply.Entry("192.0.2.1", 9, 0), new TopReply.Entry("192.0.2.2", 4, 0)),
                reply(1, 60, new TopReply.Entry("192.0.2.1", 3, 1), new TopReply.Entry("192.0.2.3", 2, 0)));

        // Then
        assertThat(ranks).containsExactly(new Rank("192.0.2.1", 12, 1), new Rank("192.0.2.2", 6, 2));
    }

    @Test
    void shouldCountAccountsOfAllPartitions_unlessOneDoesNotSay() {
        // Given
        Arrival older = new Arrival(new TopReply("c", 1, 60, TopReply.UNKNOWN, List.of()), null);

        // When / Then
        assertThat(accounts(reply(0, 60), reply(1, 60), reply(2, 0))).isEqualTo(21);
        assertThat(accounts(reply(0, 60), older)).isNegative();
    }

    private static long accounts(Arrival... arrivals) {
        UsageService.Answer<UsageService.Top> answer = TopMerge.of(List.of(arrivals), Ranking.DENIED, 5);
        return ((UsageService.Answered<UsageService.Top>) answer).value().accounts();
    }

    @Test
    void shouldBeUnavailable_whenAPartitionIsSilent() {
        // When
        UsageService.Answer<UsageService.Top> answer =
                TopMerge.of(List.of(reply(0, 60), new Arrival(null, "no reply in time")), Ranking.DENIED, 5);

        // Then
        assertThat(answer).isInstanceOf(UsageService.Unavailable.class);
    }
}
