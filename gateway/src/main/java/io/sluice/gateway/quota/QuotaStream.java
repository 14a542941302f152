package io.sluice.gateway.quota;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one Envoy while its stream is open: its buckets, and the messages to send.
 *
 * <p>It neither waits nor reads a clock: {@link QuotaEffects} collects what is to be done, and {@link #take} returns
 * the messages to Envoy. Each stream has its own leases: tokens of an earlier stream of the same Envoy count as
 * spent.
 */
final class QuotaStream {
    private final QuotaConfig config;
    private final BucketRoom room;
    private final QuotaMeters meters;
    private final VoidOffsets rulesVoid = new VoidOffsets();
    private final QuotaBucket.Setting setting;
    private final Map<Map<String, String>, QuotaBucket> buckets = new HashMap<>();
    private final Set<QuotaBucket> due = new LinkedHashSet<>();
    private @Nullable String domain;
    private long reportedNanos;
    private boolean closed;

    QuotaStream(QuotaConfig config, QuotaMapping mapping, BucketRoom room, QuotaMeters meters, long nowNanos) {
        this.config = config;
        this.room = room;
        this.meters = meters;
        this.setting = new QuotaBucket.Setting(config, mapping, meters, rulesVoid);
        this.reportedNanos = nowNanos;
    }

    /**
     * Takes a report.
     *
     * @param reportDomain the domain of the report; only a stream's first one has to have it
     * @return whether the stream has a domain; without one it is no stream of a quota filter
     */
    synchronized boolean reported(String reportDomain, List<BucketUsage> usages, long nowNanos, QuotaEffects effects) {
        reportedNanos = nowNanos;
        if (domain == null) {
            if (reportDomain.isEmpty()) {
                return false;
            }
            domain = reportDomain;
        }
        for (BucketUsage usage : usages) {
            if (!closed) {
                reported(domain, usage, nowNanos, effects);
            }
        }
        return true;
    }

    private void reported(String ofDomain, BucketUsage usage, long nowNanos, QuotaEffects effects) {
        QuotaBucket bucket = buckets.get(usage.bucketId());
        boolean first = bucket == null;
        if (bucket == null) {
            if (!isValid(ofDomain, usage.bucketId())) {
                meters.invalid();
                return;
            }
            if (buckets.size() >= config.bounds().bucketsPerStreamMax() || !room.take()) {
                meters.full();
                return;
            }
            bucket = new QuotaBucket(ofDomain, usage, setting, nowNanos);
            buckets.put(usage.bucketId(), bucket);
        }
        meters.used(usage.allowed(), usage.denied());
        bucket.reported(usage, first, nowNanos, effects);
        look(bucket);
    }

    private boolean isValid(String ofDomain, Map<String, String> id) {
        int chars = ofDomain.length();
        for (Map.Entry<String, String> entry : id.entrySet()) {
            chars += entry.getKey().length() + entry.getValue().length();
        }
        return !id.isEmpty()
                && id.size() <= config.bounds().entriesMax()
                && chars <= config.bounds().charsMax();
    }

    private void look(QuotaBucket bucket) {
        if (bucket.isDue()) {
            due.add(bucket);
        }
    }

    /** Does what time makes due. */
    synchronized void tick(long nowNanos, QuotaEffects effects) {
        forEach(bucket -> bucket.tick(nowNanos, effects));
    }

    private void forEach(Consumer<QuotaBucket> step) {
        for (QuotaBucket bucket : buckets.values()) {
            step.accept(bucket);
            look(bucket);
        }
    }

    /** Whether there was no report for longer than a stream may be silent. */
    synchronized boolean isSilent(long nowNanos) {
        return nowNanos - reportedNanos > config.bounds().silenceMillisMax() * 1_000_000;
    }

    /** Takes the ledger's answer to a request for a lease. */
    synchronized void leased(
            QuotaEffects.AskLease ask, Answer<LeaseReply> answer, long nowNanos, QuotaEffects effects) {
        ask.bucket().leased(ask, answer, nowNanos, effects);
        lookIfKept(ask.bucket());
    }

    /** Takes the ledger's answer to an ordinary admission. */
    synchronized void admitted(
            QuotaEffects.AskAdmission ask, Answer<AdmissionVerdict> answer, long nowNanos, QuotaEffects effects) {
        ask.bucket().admitted(ask, answer, nowNanos, effects);
        lookIfKept(ask.bucket());
    }

    /** Takes the explanation whether an admission would be allowed. */
    synchronized void explained(
            QuotaEffects.AskWhether ask, Answer<Explanation> answer, long nowNanos, QuotaEffects effects) {
        ask.bucket().explained(ask, answer, nowNanos, effects);
        lookIfKept(ask.bucket());
    }

    private void lookIfKept(QuotaBucket bucket) {
        if (!closed) {
            look(bucket);
        }
    }

    /** Takes back what was decided before a change of the rules, or of an account. */
    synchronized void revoked(Revocation revocation, long nowNanos, QuotaEffects effects) {
        if (revocation.account() == null) {
            rulesVoid.add(revocation);
        }
        forEach(bucket -> bucket.revoked(revocation, nowNanos, effects));
    }

    /** Takes back all that was decided. */
    synchronized void interrupted(long nowNanos, QuotaEffects effects) {
        rulesVoid.interrupted(nowNanos);
        forEach(bucket -> bucket.interrupted(nowNanos, effects));
    }

    /** The messages to Envoy about at most this many buckets, in the order in which they came up. */
    synchronized List<Assignment> take(int bucketsMax, long nowNanos, QuotaEffects effects) {
        List<Assignment> taken = new ArrayList<>();
        Iterator<QuotaBucket> next = due.iterator();
        while (taken.size() < bucketsMax && next.hasNext()) {
            QuotaBucket bucket = next.next();
            next.remove();
            Assignment assignment = bucket.take(nowNanos, effects);
            if (assignment != null) {
                taken.add(assignment);
            }
            if (bucket.isAbandoned()) {
                buckets.remove(bucket.id());
                room.giveBack(1);
            }
        }
        return taken;
    }

    /** The stream is gone. */
    synchronized void close(QuotaEffects effects) {
        if (closed) {
            return;
        }
        closed = true;
        buckets.values().forEach(bucket -> bucket.close(effects));
        room.giveBack(buckets.size());
        buckets.clear();
        due.clear();
    }
}
