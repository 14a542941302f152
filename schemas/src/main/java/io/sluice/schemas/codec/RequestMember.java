package io.sluice.schemas.codec;

import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseTerms;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members that a request may have, over REST and on the topic. */
enum RequestMember {
    VERSION("v"),
    TYPE("type"),
    CLIENT_ID("clientId", Part.REQUEST),
    COST("cost", Part.REQUEST),
    ROUTE("route", Part.REQUEST),
    ATTRIBUTES("attributes", Part.REQUEST),
    RESERVE("reserve", Part.REQUEST),
    MAX_WAIT("maxWaitMillis", Part.REQUEST),
    PRIORITY("priority", Part.REQUEST),
    EXACT("exact", Part.REQUEST),
    MODE("mode", Part.REQUEST),
    META("meta", Part.REQUEST),
    CHECKS("checks"),
    RESERVATION_ID("reservationId"),
    RELEASE_ID("releaseId"),
    PREFETCH("prefetch"),
    TTL("ttlMillis"),
    LEASE_ID("leaseId"),
    LEASE_TERMS(LeaseTerms.NAME),
    SPENT("spent"),
    REPORTS(LeaseReports.NAME),
    ALLOWED("allowed"),
    DENIED("denied"),
    REQUEST_ID("requestId", Part.REQUEST),
    IDEMPOTENCY_KEY("idempotencyKey", Part.REQUEST),
    DEADLINE("deadlineMillis"),
    REPLY("reply"),
    PAYLOAD("payload"),
    SIGNATURE("signature");

    private static final Map<String, RequestMember> BY_NAME = byName();

    private final String wireName;
    private final Part part;

    RequestMember(String wireName) {
        this(wireName, Part.OTHER);
    }

    RequestMember(String wireName, Part part) {
        this.wireName = wireName;
        this.part = part;
    }

    /** The part of a request that a member belongs to. */
    private enum Part {
        /**
         * The members of an admission request, wherever it stands: alone, in a batch, for a lease, in an explanation.
         */
        REQUEST,
        OTHER
    }

    /** All members that an admission may have. */
    static Set<RequestMember> admission() {
        Set<RequestMember> members = EnumSet.allOf(RequestMember.class);
        members.removeIf(member -> member.part != Part.REQUEST);
        return members;
    }

    private static Map<String, RequestMember> byName() {
        Map<String, RequestMember> members = new HashMap<>();
        for (RequestMember member : values()) {
            members.put(member.wireName, member);
        }
        return members;
    }

    /** The member with exactly that name. */
    static @Nullable RequestMember named(String name) {
        return BY_NAME.get(name);
    }

    String wireName() {
        return wireName;
    }

    /** Its bit in a set of members. */
    long bit() {
        return 1L << ordinal();
    }
}
