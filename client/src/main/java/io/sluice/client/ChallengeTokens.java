package io.sluice.client;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A maker of challenge tokens: it adds one to each verdict of a penalty that asks for a challenge.
 *
 * <p>A penalty has one token, however often it refuses. So each token is signed once and cached; the cache has the
 * last {@link #REMEMBERED_MAX}. A token that was dropped is made again. It can then name a later end, if requests
 * have extended the penalty. Both tokens redeem the same penalty, since the end is not checked.
 */
public final class ChallengeTokens {
    public static final int REMEMBERED_MAX = 10_000;

    private final SigningKey key;
    private final Map<Subject, String> tokens = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, String> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /** One penalty: requests may make it last longer, and it stays the same. */
    private record Subject(String clientId, String penaltyId, String begunBy) {}

    /** Tokens signed by the command key. */
    public ChallengeTokens(SigningKey key, MeterRegistry registry) {
        this.key = key;
        Gauge.builder("sluice.challenge.tokens", this, ChallengeTokens::remembered)
                .description("Challenge tokens that the front end remembers; at most " + REMEMBERED_MAX)
                .register(registry);
    }

    private int remembered() {
        synchronized (tokens) {
            return tokens.size();
        }
    }

    /** The verdict on a client of this account, with a token if one is due. */
    public VerdictDetails added(VerdictDetails details, String account) {
        Penalty penalty = details.penalty();
        String token = penalty == null ? null : token(penalty, account);
        return penalty == null || token == null
                ? details
                : details.toBuilder().penalty(penalty.with(token)).build();
    }

    private @Nullable String token(Penalty penalty, String account) {
        String begunBy = penalty.begunBy();
        if (!penalty.enforced() || !penalty.action().equals(Penalty.CHALLENGE) || begunBy == null) {
            return null;
        }
        String clientId = penalty.clientId() == null ? account : penalty.clientId();
        Subject subject = new Subject(clientId, penalty.id(), begunBy);
        synchronized (tokens) {
            String known = tokens.get(subject);
            if (known != null) {
                return known;
            }
        }
        String made = made(subject, penalty.untilMillis());
        if (made != null) {
            synchronized (tokens) {
                tokens.put(subject, made);
            }
        }
        return made;
    }

    private @Nullable String made(Subject subject, long untilMillis) {
        try {
            return ChallengeCodec.token(
                    new Challenge(
                            ClientId.parse("clientId", subject.clientId()),
                            subject.penaltyId(),
                            DecisionId.parse("begunBy", subject.begunBy()),
                            untilMillis),
                    key);
        } catch (WireException e) {
            // Only a later version of the streams app could name a penalty otherwise: then there is no token for it.
            return null;
        }
    }
}
