package io.sluice.schemas.codec;

import static io.sluice.schemas.codec.RequestMember.ALLOWED;
import static io.sluice.schemas.codec.RequestMember.CHECKS;
import static io.sluice.schemas.codec.RequestMember.CLIENT_ID;
import static io.sluice.schemas.codec.RequestMember.COST;
import static io.sluice.schemas.codec.RequestMember.DEADLINE;
import static io.sluice.schemas.codec.RequestMember.DENIED;
import static io.sluice.schemas.codec.RequestMember.IDEMPOTENCY_KEY;
import static io.sluice.schemas.codec.RequestMember.LEASE_ID;
import static io.sluice.schemas.codec.RequestMember.LEASE_TERMS;
import static io.sluice.schemas.codec.RequestMember.META;
import static io.sluice.schemas.codec.RequestMember.PAYLOAD;
import static io.sluice.schemas.codec.RequestMember.PREFETCH;
import static io.sluice.schemas.codec.RequestMember.RELEASE_ID;
import static io.sluice.schemas.codec.RequestMember.REPLY;
import static io.sluice.schemas.codec.RequestMember.REPORTS;
import static io.sluice.schemas.codec.RequestMember.REQUEST_ID;
import static io.sluice.schemas.codec.RequestMember.RESERVATION_ID;
import static io.sluice.schemas.codec.RequestMember.RESERVE;
import static io.sluice.schemas.codec.RequestMember.ROUTE;
import static io.sluice.schemas.codec.RequestMember.SIGNATURE;
import static io.sluice.schemas.codec.RequestMember.SPENT;
import static io.sluice.schemas.codec.RequestMember.TTL;
import static io.sluice.schemas.codec.RequestMember.TYPE;
import static io.sluice.schemas.codec.RequestMember.VERSION;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.SettleRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of requests, each with its members: the records of the topic, and the bodies of REST. */
enum RequestKind {
    ADMISSION(envelope("admission"), with(RequestMember.admission(), LEASE_TERMS)),
    BATCH(envelope("batch"), Set.of(CHECKS, META, REQUEST_ID, IDEMPOTENCY_KEY)),
    COMMIT(envelope("commit"), Set.of(CLIENT_ID, RESERVATION_ID, COST)),
    CANCEL(envelope("cancel"), Set.of(CLIENT_ID, RESERVATION_ID)),
    RELEASE(envelope("release"), Set.of(CLIENT_ID, RELEASE_ID)),
    LEASE(envelope("lease"), with(RequestMember.admission(), PREFETCH, TTL)),
    LEASE_REPORT(envelope("lease-report"), with(RequestMember.admission(), LEASE_ID, SPENT, ALLOWED, DENIED)),
    LEASE_REPORTS(envelope("lease-reports"), Set.of(REPORTS)),
    QUOTA(envelope("quota"), Set.of(CLIENT_ID)),
    EXPLAIN(envelope("explain"), RequestMember.admission()),
    PROFILE(envelope("profile"), Set.of(CLIENT_ID)),
    PING(envelope("ping"), Set.of()),
    CONTROL(envelope("control"), Set.of(PAYLOAD, SIGNATURE)),

    /** One of several reports in a record. */
    REPORT(part("report"), with(RequestMember.admission(), LEASE_ID, SPENT, ALLOWED, DENIED)),
    /** One of the checks of a batch. */
    CHECK(part("check"), RequestMember.admission()),
    ADMISSION_BODY(part("admission"), with(RequestMember.admission(), DEADLINE)),
    BATCH_BODY(part("batch"), Set.of(CHECKS, META, REQUEST_ID, IDEMPOTENCY_KEY, DEADLINE)),
    COMMIT_BODY(part("commit"), Set.of(CLIENT_ID, COST, DEADLINE)),
    /** A cancel or a release: the hold is in the path. */
    END_BODY(part("end"), Set.of(CLIENT_ID, DEADLINE));

    private static final List<RequestKind> ON_THE_TOPIC = List.of(
            ADMISSION,
            BATCH,
            COMMIT,
            CANCEL,
            RELEASE,
            LEASE,
            LEASE_REPORT,
            LEASE_REPORTS,
            QUOTA,
            EXPLAIN,
            PROFILE,
            PING,
            CONTROL);
    /** All types of records, for the error to a caller that writes another one. */
    static final String TYPES = ON_THE_TOPIC.stream().map(RequestKind::wireName).collect(Collectors.joining(", "));

    private final String wireName;
    private final long bits;
    private final MemberNames names;

    RequestKind(Envelope envelope, Set<RequestMember> members) {
        this.wireName = envelope.wireName();
        Set<RequestMember> all = EnumSet.noneOf(RequestMember.class);
        all.addAll(envelope.members());
        all.addAll(members);
        this.bits = all.stream().mapToLong(RequestMember::bit).sum();
        this.names = MemberNames.of(all.stream().map(RequestMember::wireName).toList())
                .withNested(nested(all));
    }

    /** The members around those of the request itself. */
    private record Envelope(String wireName, Set<RequestMember> members) {}

    private static Envelope envelope(String wireName) {
        return new Envelope(wireName, Set.of(VERSION, TYPE, REPLY));
    }

    private static Envelope part(String wireName) {
        return new Envelope(wireName, Set.of());
    }

    private static Set<RequestMember> with(Set<RequestMember> members, RequestMember... others) {
        Set<RequestMember> all = EnumSet.copyOf(members);
        Collections.addAll(all, others);
        return all;
    }

    private static List<String> nested(Set<RequestMember> members) {
        List<String> paths = new ArrayList<>();
        if (members.contains(ROUTE)) {
            paths.addAll(List.of("route.method", "route.path", "route.host"));
        }
        if (members.contains(RESERVE)) {
            paths.add("reserve.ttlMillis");
        }
        if (members.contains(LEASE_TERMS)) {
            paths.addAll(List.of("lease.tokens", "lease.ttlMillis"));
        }
        if (members.contains(REPLY)) {
            paths.addAll(List.of("reply.partition", "reply.correlationId"));
        }
        return paths;
    }

    /** The kind for a type; a record without type is an admission. Null if there is no such type. */
    static @Nullable RequestKind ofType(@Nullable String type) {
        if (type == null) {
            return ADMISSION;
        }
        for (RequestKind kind : ON_THE_TOPIC) {
            if (kind.wireName.equals(type)) {
                return kind;
            }
        }
        return null;
    }

    /** The body of a request to settle something. */
    static RequestKind bodyOf(SettleRequest.Verb verb) {
        return verb == SettleRequest.Verb.COMMIT ? COMMIT_BODY : END_BODY;
    }

    String wireName() {
        return wireName;
    }

    /** Whether it must have a reply address. */
    boolean isAnswered() {
        return this == LEASE || this == QUOTA || this == EXPLAIN || this == PROFILE || this == PING;
    }

    /**
     * Whether it has an answer at all; for other kinds the reply address is only for the error when they are refused.
     */
    boolean isAnswerable() {
        return this != LEASE_REPORT && this != LEASE_REPORTS && this != CONTROL;
    }

    /**
     * Checks the members of a request of this kind.
     *
     * @param seen the bits of the known members
     * @param unknown the first unknown member; null if there is none
     */
    void check(long seen, @Nullable String unknown) throws WireException {
        if (unknown != null) {
            throw names.unknown(unknown);
        }
        long foreign = seen & ~bits;
        if (foreign != 0) {
            throw names.unknown(RequestMember.values()[Long.numberOfTrailingZeros(foreign)].wireName());
        }
    }
}
