package io.sluice.gateway.envoy;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.ChargedHits.Group;
import io.sluice.gateway.envoy.ChargedHits.Refused;
import io.sluice.gateway.envoy.ChargedHits.Unknown;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.RequestMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The charging of the hits of one request from Envoy.
 *
 * <p>Hits of one account are one record: all are charged, or none. Hits of several accounts are in several
 * partitions, so this happens:
 *
 * <ol>
 *   <li>Accounts with one hit reserve it, all at the same time.
 *   <li>If one is refused, the others are cancelled, and the question is refused.
 *   <li>Otherwise accounts with several hits are charged, one after the other; a batch reserves nothing. If one
 *       refuses, the reservations are cancelled.
 *   <li>When all have allowed, the reservations are committed; the answer does not wait for that.
 * </ol>
 *
 * <p>A reservation lasts five minutes. If it were longer, reservations of a dead process would block the account's
 * places for longer. If it were shorter, its tokens could come back before its commit arrives, and be given out
 * again.
 */
final class HitCharging {
    private final Admissions admissions;
    private final Settlements settlements;

    HitCharging(Admissions admissions, String service, MeterRegistry registry) {
        this(admissions, new Settlements(admissions, service, registry));
    }

    HitCharging(Admissions admissions, Settlements settlements) {
        this.admissions = admissions;
        this.settlements = settlements;
    }

    /** The future never fails. */
    CompletableFuture<ChargedHits> charge(List<Hit> hits, long deadlineMillis) {
        List<List<Hit>> checks = new ArrayList<>();
        List<List<Hit>> others = new ArrayList<>();
        for (List<Hit> group : grouped(hits)) {
            (group.get(0).admission().mode() == RequestMode.CHECK ? checks : others).add(group);
        }
        List<CompletableFuture<ChargedHits>> parts = new ArrayList<>();
        others.forEach(group -> parts.add(together(group, deadlineMillis)));
        if (checks.size() == 1) {
            parts.add(together(checks.get(0), deadlineMillis));
        } else if (!checks.isEmpty()) {
            parts.add(acrossAccounts(checks, deadlineMillis));
        }
        return all(parts).thenApply(HitCharging::joined);
    }

    private static List<List<Hit>> grouped(List<Hit> hits) {
        record Key(String account, RequestMode mode) {}
        Map<Key, List<Hit>> groups = new LinkedHashMap<>();
        for (Hit hit : hits) {
            groups.computeIfAbsent(new Key(hit.account(), hit.admission().mode()), key -> new ArrayList<>())
                    .add(hit);
        }
        return List.copyOf(groups.values());
    }

    private CompletableFuture<ChargedHits> acrossAccounts(List<List<Hit>> groups, long deadlineMillis) {
        List<Hit> reserving = new ArrayList<>();
        List<CompletableFuture<ChargedHits>> singles = new ArrayList<>();
        List<List<Hit>> batches = new ArrayList<>();
        for (List<Hit> group : groups) {
            if (group.size() > 1) {
                batches.add(group);
            } else {
                Hit hit = reserving(group.get(0));
                reserving.add(hit);
                singles.add(one(hit, deadlineMillis));
            }
        }
        return all(singles)
                .thenCompose(reserved -> inTurn(batches, 0, joined(reserved), deadlineMillis)
                        .thenApply(result -> settled(reserving, reserved, result)));
    }

    /** Peeks take nothing, so they have nothing to give back. */
    private static Hit reserving(Hit hit) {
        AdmissionRequest asked = hit.admission();
        if (asked.cost() == 0) {
            return hit;
        }
        AdmissionRequest.Builder reserving = AdmissionRequest.of(
                        asked.clientId().text())
                .cost(asked.cost())
                .route(asked.route())
                .idempotencyKey(UUID.randomUUID().toString())
                .reserveMillis(Settlements.RESERVE_MILLIS);
        asked.attributes().forEach(reserving::attribute);
        try {
            return new Hit(hit.index(), reserving.build());
        } catch (WireException e) {
            throw new IllegalStateException("a request that is valid may also reserve", e);
        }
    }

    private CompletableFuture<ChargedHits> inTurn(
            List<List<Hit>> batches, int next, ChargedHits before, long deadlineMillis) {
        if (next == batches.size() || !(before instanceof Decided decided) || !decided.allowed()) {
            return CompletableFuture.completedFuture(before);
        }
        return together(batches.get(next), deadlineMillis)
                .thenCompose(result -> inTurn(batches, next + 1, joined(List.of(before, result)), deadlineMillis));
    }

    private ChargedHits settled(List<Hit> reserving, List<ChargedHits> reserved, ChargedHits result) {
        boolean allowed = result instanceof Decided decided && decided.allowed();
        for (int i = 0; i < reserving.size(); i++) {
            AdmissionRequest asked = reserving.get(i).admission();
            if (asked.reserveMillis() == 0 || reserved.get(i) instanceof Refused) {
                continue;
            }
            VerdictDetails details = reserved.get(i) instanceof Decided decided
                    ? decided.groups().get(0).details()
                    : null;
            String id = details == null ? null : details.held().reservationId();
            if (details == null) {
                settlements.settleUnanswered(asked, allowed);
            } else if (id != null) {
                settlements.settle(asked, id, allowed);
            }
        }
        return result;
    }

    private CompletableFuture<ChargedHits> together(List<Hit> hits, long deadlineMillis) {
        if (hits.size() == 1) {
            return one(hits.get(0), deadlineMillis);
        }
        try {
            BatchRequest batch =
                    BatchRequest.checked(Hit.admissions(hits), /* requestId= */ null, /* idempotencyKey= */ null);
            return admissions.admitAll(batch, deadlineMillis).thenApply(answer -> batch(hits, answer));
        } catch (WireException e) {
            return CompletableFuture.completedFuture(
                    new Refused(new WireError(WireError.INVALID_REQUEST, e.field(), e.detail())));
        }
    }

    private CompletableFuture<ChargedHits> one(Hit hit, long deadlineMillis) {
        return admissions.admit(hit.admission(), deadlineMillis).thenApply(answer -> single(hit, answer));
    }

    private static ChargedHits single(Hit hit, Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        if (verdict == null) {
            return withoutVerdict(List.of(hit), answer);
        }
        VerdictDetails details = verdict.details();
        if (details == null) {
            WireError error = verdict instanceof AdmissionVerdict.Recorded recorded
                    ? recorded.verdict().error()
                    : null;
            return new Refused(
                    error == null ? new WireError(WireError.INTERNAL, "", "the verdict says nothing") : error);
        }
        String decisionId = verdict instanceof AdmissionVerdict.Recorded recorded
                ? recorded.verdict().decisionId()
                : null;
        return decided(
                new Group(List.of(hit), details.allowed(), decisionId, details.allowed() ? null : hit, details, null));
    }

    private static ChargedHits batch(List<Hit> hits, Answer<BatchVerdict> answer) {
        BatchVerdict verdict = answer.orNull();
        if (verdict == null) {
            return withoutVerdict(hits, answer);
        }
        Integer refused = verdict.refusedCheck();
        return decided(new Group(
                hits,
                verdict.details().allowed(),
                verdict.decisionId(),
                refused == null ? null : hits.get(refused),
                verdict.details(),
                null));
    }

    private static ChargedHits withoutVerdict(List<Hit> hits, Answer<?> answer) {
        if (answer instanceof Answer.Refused<?> refused) {
            return new Refused(refused.error());
        }
        if (answer instanceof Answer.Degraded<?> degraded) {
            return decided(new Group(
                    hits, degraded.allowed(), null, degraded.allowed() ? null : hits.get(0), null, degraded.detail()));
        }
        return new Unknown(((Answer.Unavailable<?>) answer).detail());
    }

    private static Decided decided(Group group) {
        return new Decided(group.allowed(), List.of(group));
    }

    /** One denial is enough for an answer, even if other results are unknown; an error counts only without a denial. */
    private static ChargedHits joined(List<ChargedHits> parts) {
        List<Group> groups = new ArrayList<>();
        boolean allowed = true;
        @Nullable ChargedHits undecided = null;
        for (ChargedHits part : parts) {
            if (part instanceof Decided decided) {
                allowed &= decided.allowed();
                groups.addAll(decided.groups());
            } else if (undecided == null || part instanceof Refused) {
                undecided = part;
            }
        }
        if (undecided != null && allowed) {
            return undecided;
        }
        groups.sort(Comparator.comparingInt(group -> group.hits().get(0).index()));
        return new Decided(allowed, groups);
    }

    private static CompletableFuture<List<ChargedHits>> all(List<CompletableFuture<ChargedHits>> parts) {
        if (parts.size() == 1) {
            return parts.get(0).thenApply(List::of);
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }
}
