package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.signals.SignalService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.reply.SignalStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/signals}: reports of health signals, and what the request partitions know of them. */
public final class SignalEndpoints {
    private static final String ENDPOINT = "signals";
    private static final String PATH = "/v1/signals";

    private final SignalService signals;
    private final int bodyBytesMax;

    public SignalEndpoints(SignalService signals, int bodyBytesMax) {
        this.signals = signals;
        this.bodyBytesMax = bodyBytesMax;
    }

    public List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get(PATH, Permission.of(Role.VIEWER), this::list).named(ENDPOINT),
                ApiRoute.post(PATH, Permission.of(Role.REPORTER), bodyBytesMax, this::report)
                        .named(ENDPOINT));
    }

    private CompletableFuture<HttpAnswer> report(ApiRequest request) throws WireException {
        CommandBody body = CommandBody.of(request).only("signal", "state", "validMillis");
        String signal = SignalCodec.name("signal", text("signal", body));
        boolean good = SignalCodec.state("state", text("state", body));
        Long asked = body.number("validMillis", SignalRecord.VALID_MILLIS_MIN);
        long validMillis = asked == null ? SignalRecord.VALID_MILLIS : asked;
        if (validMillis > SignalRecord.VALID_MILLIS_MAX) {
            throw new WireException(
                    "validMillis",
                    validMillis + " (expected: " + SignalRecord.VALID_MILLIS_MIN + ".." + SignalRecord.VALID_MILLIS_MAX
                            + ")");
        }
        return signals.report(signal, good, validMillis, body.principal()).thenApply(answer -> {
            if (answer instanceof SignalService.Unavailable unavailable) {
                return Problem.unavailable(unavailable.detail());
            }
            int partitions = ((SignalService.Reported) answer).partitions();
            return HttpAnswer.ok(json -> {
                json.writeStringField("signal", signal);
                json.writeStringField("state", SignalCodec.nameOf(good));
                json.writeNumberField("validMillis", validMillis);
                json.writeNumberField("partitions", partitions);
            });
        });
    }

    private static String text(String name, CommandBody body) throws WireException {
        if (!(body.members().get(name) instanceof String text)) {
            throw new WireException(name, "missing, or no text (expected: a text)");
        }
        return text;
    }

    /** One signal over all partitions. */
    private static final class Summary {
        private int good;
        private int bad;
        private int brownOut;
        private long sinceMillis;
        private long untilMillis;

        void add(SignalStatus signal) {
            good += signal.good() ? 1 : 0;
            bad += signal.good() ? 0 : 1;
            brownOut += signal.brownOut() ? 1 : 0;
            sinceMillis = Math.max(sinceMillis, signal.sinceMillis());
            untilMillis = Math.max(untilMillis, signal.untilMillis());
        }

        void write(String name, JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeNumberField("good", good);
            json.writeNumberField("bad", bad);
            json.writeNumberField("brownOut", brownOut);
            json.writeNumberField("sinceMillis", sinceMillis);
            json.writeNumberField("untilMillis", untilMillis);
            json.writeEndObject();
        }
    }

    private CompletableFuture<HttpAnswer> list(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        return signals.known().thenApply(SignalEndpoints::answer);
    }

    private static HttpAnswer answer(SignalService.Known known) {
        if (known.byPartition().isEmpty()) {
            return Problem.unavailable("no request partition answered (expected: a streams app that runs)");
        }
        Map<String, Summary> byName = new TreeMap<>();
        known.byPartition()
                .values()
                .forEach(signals ->
                        signals.forEach(signal -> byName.computeIfAbsent(signal.name(), absent -> new Summary())
                                .add(signal)));
        return HttpAnswer.ok(json -> {
            json.writeNumberField("partitions", known.partitions());
            json.writeNumberField("answered", known.byPartition().size());
            json.writeArrayFieldStart("signals");
            for (Map.Entry<String, Summary> signal : byName.entrySet()) {
                signal.getValue().write(signal.getKey(), json);
            }
            json.writeEndArray();
        });
    }
}
