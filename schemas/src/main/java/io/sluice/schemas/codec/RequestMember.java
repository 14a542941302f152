package io.sluice.schemas.codec;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members that a request may have, over REST and on the topic. */
enum RequestMember {
    VERSION("v"),
    TYPE("type"),
    CLIENT_ID("clientId"),
    COST("cost"),
    ROUTE("route"),
    ATTRIBUTES("attributes"),
    RESERVE("reserve"),
    MAX_WAIT("maxWaitMillis"),
    PRIORITY("priority"),
    EXACT("exact"),
    META("meta"),
    CHECKS("checks"),
    RESERVATION_ID("reservationId"),
    RELEASE_ID("releaseId"),
    AHEAD("ahead"),
    TTL("ttlMillis"),
    LEASE_ID("leaseId"),
    SPENT("spent"),
    ALLOWED("allowed"),
    DENIED("denied"),
    REQUEST_ID("requestId"),
    IDEMPOTENCY_KEY("idempotencyKey"),
    DEADLINE("deadlineMillis"),
    REPLY("reply"),
    PAYLOAD("payload"),
    SIGNATURE("signature");

    private static final Map<String, RequestMember> BY_NAME = byName();

    private final String wireName;

    RequestMember(String wireName) {
        this.wireName = wireName;
    }

    private static Map<String, RequestMember> byName() {
        Map<String, RequestMember> members = new HashMap<>();
        for (RequestMember member : values()) {
            members.put(member.wireName, member);
        }
        return members;
    }

    /** The member of that name, letter by letter. */
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
