package io.sluice.api.auth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import java.util.EnumMap;
import java.util.Map;

/** The answers of one port to callers that are not let in (RFC 6750), counted by cause. */
public final class AuthFailures {
    private final String challenge;
    private final Map<AuthFailure, Counter> counts = new EnumMap<>(AuthFailure.class);

    /** For the port of this name, {@code data} or {@code admin}. */
    public AuthFailures(MeterRegistry registry, String port) {
        this.challenge = "Bearer realm=\"sluice " + port + "\"";
        for (AuthFailure refusal : AuthFailure.values()) {
            counts.put(
                    refusal,
                    Counter.builder("sluice.access.refusals")
                            .description("Callers without access")
                            .tag("port", port)
                            .tag("cause", refusal.wireName())
                            .register(registry));
        }
    }

    /** The caller is unauthenticated. */
    HttpAnswer unauthenticated(AuthFailure refusal) {
        count(refusal);
        return switch (refusal) {
            case KEYS_UNAVAILABLE -> Problem.unavailable(refusal.detail());
            // A caller without credentials learns only how to send them (RFC 6750, section 3.1).
            case NO_TOKEN -> Problem.UNAUTHORIZED.answer(refusal.detail()).with(challenge(""));
            default ->
                Problem.UNAUTHORIZED
                        .answer(refusal.detail())
                        .with(challenge(", error=\"invalid_token\", error_description=\"" + refusal.detail() + "\""));
        };
    }

    HttpAnswer withoutRole(Caller caller, Role role) {
        count(AuthFailure.ROLE);
        return Problem.FORBIDDEN
                .answer(caller.name() + " (expected: a key with role " + role.wireName() + ")")
                .with(challenge(", error=\"insufficient_scope\""));
    }

    /** The caller may not use the account. */
    public HttpAnswer withoutAccount(Caller caller, String account) {
        count(AuthFailure.ACCOUNT);
        return Problem.FORBIDDEN
                .answer(
                        "account " + account + " (expected: one that " + caller.name() + " may use)",
                        json -> json.writeStringField("account", account))
                .with(challenge(", error=\"insufficient_scope\""));
    }

    private Map<String, String> challenge(String error) {
        return Map.of("WWW-Authenticate", challenge + error);
    }

    private void count(AuthFailure refusal) {
        Counter counter = counts.get(refusal);
        if (counter != null) {
            counter.increment();
        }
    }
}
