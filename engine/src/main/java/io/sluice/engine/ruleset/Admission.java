package io.sluice.engine.ruleset;

import io.avaje.recordbuilder.RecordBuilder;
import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the engine: may this client do this now?
 *
 * @param clientId path {@code account[/segment...]}, already validated by the wire contract
 * @param account the first segment of {@code clientId}
 * @param cost requested tokens; 0 is a peek
 * @param method HTTP method in upper case, or empty
 * @param path normalised path of the route
 * @param host host, or empty; kept in lower case, without port or final dot
 * @param attributes free-form facts of the request that limits may be scoped by
 * @param reserveMillis how long its tokens may be committed or given back; 0 if they are spent at once
 * @param maxWaitMillis how long after the decision its scheduled time may come; 0 if the caller does not wait, unless a
 *     limit throttles; {@link #AT_ONCE} if it cannot wait at all
 * @param priority the priority, which decides how many of the kept tokens it may take
 * @param mode whether it asks first, or accounts for what is done
 * @param costIsFinal whether limits are charged the cost as it stands, whatever they compute
 * @param scaling how the cost was scaled, as limits that compute theirs have to do; null if it was not
 */
@RecordBuilder
public record Admission(
        String clientId,
        String account,
        long cost,
        String method,
        RoutePath path,
        String host,
        Map<String, String> attributes,
        long reserveMillis,
        long maxWaitMillis,
        PriorityLevel priority,
        ChargeMode mode,
        boolean costIsFinal,
        @Nullable CostScaling scaling) {

    /** The longest time that a reservation may last, one day. */
    public static final long RESERVE_MILLIS_MAX = 86_400_000;

    /** No wait, whatever limits say: a limit that would throttle refuses. */
    public static final long AT_ONCE = -1;

    public Admission {
        host = RouteHost.of(host);
        attributes = Map.copyOf(attributes);
        Bounds.within("reserveMillis", reserveMillis, 0, RESERVE_MILLIS_MAX);
        Bounds.within("maxWaitMillis", maxWaitMillis, AT_ONCE, Algorithm.DELAY_MILLIS_MAX);
        if (mode != ChargeMode.CHECK) {
            // What is done can neither be held open nor wait.
            Bounds.within("reserveMillis", reserveMillis, 0, 0);
            Bounds.within("maxWaitMillis", maxWaitMillis, AT_ONCE, 0);
        }
    }

    /** A request at whose cost limits compute theirs. */
    public Admission(
            String clientId,
            String account,
            long cost,
            String method,
            RoutePath path,
            String host,
            Map<String, String> attributes,
            long reserveMillis,
            long maxWaitMillis,
            PriorityLevel priority,
            ChargeMode mode) {
        this(
                clientId,
                account,
                cost,
                method,
                path,
                host,
                attributes,
                reserveMillis,
                maxWaitMillis,
                priority,
                mode,
                /* costIsFinal= */ false,
                /* scaling= */ null);
    }

    /** A request that asks first. */
    public Admission(
            String clientId,
            String account,
            long cost,
            String method,
            RoutePath path,
            String host,
            Map<String, String> attributes,
            long reserveMillis,
            long maxWaitMillis,
            PriorityLevel priority) {
        this(
                clientId,
                account,
                cost,
                method,
                path,
                host,
                attributes,
                reserveMillis,
                maxWaitMillis,
                priority,
                ChargeMode.CHECK);
    }

    /** A request of normal priority that does not wait and reserves nothing. */
    public Admission(
            String clientId,
            String account,
            long cost,
            String method,
            RoutePath path,
            String host,
            Map<String, String> attributes) {
        this(clientId, account, cost, method, path, host, attributes, 0, 0, PriorityLevel.NORMAL);
    }

    /** The same request of another path. */
    Admission at(RoutePath other) {
        return AdmissionBuilder.builder(this).path(other).build();
    }

    /** The same request at another cost. */
    public Admission costing(long other) {
        return AdmissionBuilder.builder(this).cost(other).scaling(null).build();
    }

    /** The same request where only this share of every limit is left. */
    public Admission underLimitsOf(int perMille) {
        CostScaling before = scaling == null ? new CostScaling(cost, List.of()) : scaling;
        return AdmissionBuilder.builder(this)
                .cost(CostScaling.scaled(cost, perMille))
                .scaling(before.and(perMille))
                .build();
    }

    /** The same request at another cost, which limits are charged as it stands. */
    public Admission costingFinally(long other) {
        return AdmissionBuilder.builder(this)
                .cost(other)
                .costIsFinal(true)
                .scaling(null)
                .build();
    }

    /** The same request, with its tokens reserved for that long. */
    public Admission reserving(long millis) {
        return AdmissionBuilder.builder(this).reserveMillis(millis).build();
    }

    /** The same request, of a caller that waits that long for its scheduled time. */
    public Admission waiting(long millis) {
        return AdmissionBuilder.builder(this).maxWaitMillis(millis).build();
    }

    /** The same request, of a caller that cannot wait. */
    public Admission atOnce() {
        return maxWaitMillis == AT_ONCE ? this : waiting(AT_ONCE);
    }

    /** The same request, of another priority. */
    public Admission withPriority(PriorityLevel other) {
        return AdmissionBuilder.builder(this).priority(other).build();
    }

    /** The same request as a wide bucket counts it: charged now or not at all, and not for a reservation's time. */
    public Admission inWideBucket() {
        return AdmissionBuilder.builder(this)
                .account(Scope.WIDE_ACCOUNT)
                .reserveMillis(0)
                .maxWaitMillis(mode == ChargeMode.CHECK ? AT_ONCE : 0)
                .build();
    }

    /** The same request in another mode. */
    public Admission in(ChargeMode other) {
        return AdmissionBuilder.builder(this).mode(other).build();
    }
}
