package io.sluice.gateway.envoy;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of charging the hits of one request from Envoy. */
sealed interface ChargedHits {
    /**
     * The cluster, or a failure policy instead, has decided all of them.
     *
     * @param allowed whether every check was allowed
     * @param groups hits that were decided together, in the order of the request
     */
    record Decided(boolean allowed, List<Group> groups) implements ChargedHits {
        public Decided {
            groups = List.copyOf(groups);
        }

        /** All groups as one verdict, for header fields and body. Null if there are no details. */
        @Nullable VerdictDetails merged() {
            List<VerdictDetails> decided = new ArrayList<>();
            for (Group group : groups) {
                VerdictDetails details = group.details();
                if (details != null && (allowed || !details.allowed())) {
                    decided.add(details);
                }
            }
            if (decided.size() <= 1) {
                return decided.isEmpty() ? null : decided.get(0);
            }
            VerdictDetails binding = decided.get(0);
            List<LimitStatus> limits = new ArrayList<>();
            for (VerdictDetails details : decided) {
                binding = isTighter(details, binding) ? details : binding;
                limits.addAll(details.limits());
            }
            return binding.toBuilder()
                    .code(allowed ? VerdictCode.ALLOW : VerdictCode.DENY)
                    .limits(limits)
                    .build();
        }

        /** The limit with the longest wait binds; if none needs a wait, the one with the fewest tokens left. */
        private static boolean isTighter(VerdictDetails one, VerdictDetails other) {
            Long oneMillis = one.retryAfterMillis();
            Long otherMillis = other.retryAfterMillis();
            if (oneMillis == null || otherMillis == null) {
                return otherMillis != null;
            }
            if (!oneMillis.equals(otherMillis)) {
                return oneMillis > otherMillis;
            }
            return left(one) < left(other);
        }

        private static long left(VerdictDetails details) {
            LimitStatus deciding = details.decidingLimit();
            return deciding == null ? Long.MAX_VALUE : deciding.remaining();
        }
    }

    /**
     * Hits that were decided together.
     *
     * @param hits one, or several of one account
     * @param decisionId where the decision is recorded; null for none
     * @param refusedHit the first of them that was refused; null if none was
     * @param details what was decided; null if a failure policy answered
     */
    record Group(
            List<Hit> hits,
            boolean allowed,
            @Nullable String decisionId,
            @Nullable Hit refusedHit,
            @Nullable VerdictDetails details,
            @Nullable String degraded) {
        public Group {
            hits = List.copyOf(hits);
        }
    }

    /** A hit breaks the contract; nothing was charged for its group. */
    record Refused(WireError error) implements ChargedHits {}

    /** No verdict in time, and no failure policy that answers. */
    record Unknown(String detail) implements ChargedHits {}
}
