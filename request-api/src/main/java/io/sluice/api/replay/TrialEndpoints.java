package io.sluice.api.replay;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
import io.sluice.engine.controlplane.RulesetReview;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.codec.MemberNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** {@code /v1/rulesets/trials}: trials of a ruleset on the last part of the log. */
public final class TrialEndpoints {
    /** Two weeks: longer than the log is kept by default. */
    static final long LAST_MILLIS_MAX = 14L * 24 * 3_600_000;

    private static final String PATH = "/v1/rulesets/trials";
    private static final String ENDPOINT = "trials";

    private final @Nullable LogReplays replays;
    private final int bodyBytesMax;
    private final LongSupplier clockMillis;

    /**
     * Over whatever runs the log.
     *
     * @param replays null if nothing does
     * @param clockMillis the time of day
     */
    public TrialEndpoints(@Nullable LogReplays replays, int bodyBytesMax, LongSupplier clockMillis) {
        this.replays = replays;
        this.bodyBytesMax = bodyBytesMax;
        this.clockMillis = clockMillis;
    }

    /** Callers that may propose a ruleset may try it; callers that may read see the results. */
    public List<ApiRoute> routes() {
        return List.of(
                ApiRoute.post(PATH, Permission.of(Role.EDITOR), bodyBytesMax, this::start)
                        .named(ENDPOINT),
                ApiRoute.get(PATH, Permission.of(Role.VIEWER), this::list).named(ENDPOINT),
                ApiRoute.get(PATH + "/{id}", Permission.of(Role.VIEWER), this::show)
                        .named(ENDPOINT),
                delete(PATH + "/{id}", this::end).named(ENDPOINT));
    }

    private static ApiRoute delete(String path, Endpoint endpoint) {
        return new ApiRoute("DELETE", path, Permission.of(Role.EDITOR), 0, endpoint, null, /* neverWaits= */ false);
    }

    private static HttpAnswer disabled() {
        return Problem.NOT_FOUND.answer("this front end does not run the log (expected: one with --replay)");
    }

    private CompletableFuture<HttpAnswer> start(ApiRequest request) throws WireException {
        if (!(DocumentTree.ofJson(request.body()) instanceof Map<?, ?> members)) {
            throw new WireException("", "not an object (expected: a JSON object)");
        }
        MemberNames.of(List.of("document", "lastMillis")).check(members.keySet());
        if (!(members.get("document") instanceof Map<?, ?> document)) {
            throw new WireException("document", "missing or not an object (expected: a ruleset document)");
        }
        if (!(members.get("lastMillis") instanceof Long lastMillis) || lastMillis < 1 || lastMillis > LAST_MILLIS_MAX) {
            throw new WireException(
                    "lastMillis", members.get("lastMillis") + " (expected: 1.." + LAST_MILLIS_MAX + ")");
        }
        LogReplays running = replays;
        if (running == null) {
            return disabled().now();
        }
        try {
            List<RulesetProblem> unused = RulesetReview.of(document, clockMillis.getAsLong());
        } catch (InvalidRulesetException e) {
            return invalid(e).now();
        }
        LogReplays.Trial trial = running.start(
                DocumentTree.toJson(document), lastMillis, request.caller().name());
        return (trial == null
                        ? Problem.CONFLICT.answer("another ruleset is being tried (expected: one at a time; the list of"
                                + " trials has it)")
                        : new HttpAnswer(201, HttpAnswer.JSON, Map.of(), json -> write(json, trial))
                                .with(Map.of("Location", PATH + "/" + trial.id())))
                .now();
    }

    private static HttpAnswer invalid(InvalidRulesetException e) {
        return Problem.INVALID_RULESET.answer("the ruleset does not compile", json -> {
            json.writeArrayFieldStart("errors");
            for (RulesetProblem problem : e.problems()) {
                Problem.writeError(json, problem.path(), problem.message());
            }
            json.writeEndArray();
        });
    }

    private CompletableFuture<HttpAnswer> list(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        LogReplays.Trial newest = replays == null ? null : replays.newest();
        return HttpAnswer.ok(json -> {
                    json.writeBooleanField("enabled", replays != null);
                    json.writeArrayFieldStart("trials");
                    if (newest != null) {
                        json.writeStartObject();
                        writeHead(json, newest);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                })
                .now();
    }

    private CompletableFuture<HttpAnswer> show(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        LogReplays.Trial trial = replays == null ? null : replays.trial(request.path("id"));
        return (trial == null ? missing(request) : HttpAnswer.ok(json -> write(json, trial))).now();
    }

    private HttpAnswer missing(ApiRequest request) {
        return replays == null
                ? disabled()
                : Problem.NOT_FOUND.answer("no such trial in this front end, or no longer: " + request.path("id"));
    }

    private CompletableFuture<HttpAnswer> end(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        String id = request.path("id");
        boolean isThere = replays != null && replays.end(id);
        return (isThere ? HttpAnswer.ok(json -> json.writeStringField("id", id)) : missing(request)).now();
    }

    private static void write(JsonGenerator json, LogReplays.Trial trial) throws IOException {
        writeHead(json, trial);
        if (trial.failure() != null) {
            json.writeStringField("failure", trial.failure());
        }
        if (trial.resultJson() != null) {
            json.writeFieldName("result");
            json.writeRawValue(trial.resultJson());
        }
    }

    private static void writeHead(JsonGenerator json, LogReplays.Trial trial) throws IOException {
        json.writeStringField("id", trial.id());
        json.writeStringField("author", trial.principal());
        json.writeNumberField("lastMillis", trial.lastMillis());
        json.writeStringField("state", trial.state());
        json.writeNumberField("startedAtMillis", trial.startedAtMillis());
        json.writeNumberField("progressPerMille", trial.progressPerMille());
        json.writeNumberField("records", trial.records());
        if (trial.keptUntilMillis() > 0) {
            json.writeNumberField("keptUntilMillis", trial.keptUntilMillis());
        }
    }
}
