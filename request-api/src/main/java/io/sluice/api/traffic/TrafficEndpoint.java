package io.sluice.api.traffic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.events.EventStreams;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.PartitionHealth;
import io.sluice.client.Readiness;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/traffic}: the answers of this front end in the last minutes, and the state of the partitions as it
 * sees them.
 */
public final class TrafficEndpoint implements AutoCloseable {
    private static final String PATH = "/v1/traffic";
    private static final int NAME_CHARACTERS = 8;

    /** Names this process: behind a load balancer, the next answer may come from another one. */
    private final String frontEnd = UUID.randomUUID().toString().substring(0, NAME_CHARACTERS);

    private final CountedAdmissions admissions;
    private final TrafficSamples samples;
    private final IntSupplier dataPort;

    private TrafficEndpoint(CountedAdmissions admissions, TrafficSamples samples, IntSupplier dataPort) {
        this.admissions = admissions;
        this.samples = samples;
        this.dataPort = dataPort;
    }

    /**
     * Begins to take samples.
     *
     * @param registry which has the times of answers
     * @param dataPort where admissions are asked for
     */
    public static TrafficEndpoint start(CountedAdmissions admissions, MeterRegistry registry, IntSupplier dataPort) {
        TrafficSamples samples = new TrafficSamples(admissions, new AnswerTimes(registry), System::currentTimeMillis);
        samples.start();
        return new TrafficEndpoint(admissions, samples, dataPort);
    }

    /**
     * Sends each sample to pages as it is taken.
     *
     * @param more what else they are told then
     */
    public void tell(EventStreams streams, Supplier<JsonBody> more) {
        samples.whenTaken(() -> {
            if (streams.isHeard()) {
                streams.tell(List.of(
                        new EventStreams.Event("traffic", newest()), new EventStreams.Event("changes", more.get())));
            }
        });
    }

    /** Its routes on the admin port: all limits together, and one by one. */
    public List<ApiRoute> routes() {
        ApiRoute all = ApiRoute.get(
                        PATH,
                        Permission.of(Role.VIEWER),
                        request -> show(request).now())
                .named("traffic");
        return List.of(all, new LimitTrafficEndpoint(frontEnd, admissions.limits()).route());
    }

    private HttpAnswer show(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query(), "after");
        long after = sequence(RequestUrl.parameter(request.query(), "after"));
        return HttpAnswer.ok(shown(samples.after(after)));
    }

    /** What there is to say now, with the newest sample only. */
    private JsonBody newest() {
        return shown(samples.newest());
    }

    private JsonBody shown(List<TrafficSamples.Sample> taken) {
        Readiness readiness = admissions.readiness();
        List<PartitionHealth> partitions = admissions.partitions();
        return json -> {
            json.writeStringField("frontEnd", frontEnd);
            json.writeNumberField("dataPort", dataPort.getAsInt());
            json.writeBooleanField("ready", readiness.ready());
            json.writeStringField("detail", readiness.detail());
            json.writeNumberField("stepMillis", TrafficSamples.STEP_MILLIS);
            json.writeArrayFieldStart("partitions");
            for (PartitionHealth partition : partitions) {
                write(json, partition);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("samples");
            for (TrafficSamples.Sample sample : taken) {
                write(json, sample);
            }
            json.writeEndArray();
        };
    }

    private static void write(JsonGenerator json, PartitionHealth partition) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", partition.partition());
        json.writeBooleanField("answers", partition.answers());
        json.writeNumberField("silentMillis", partition.silentMillis());
        json.writeNumberField("rulesetRevision", partition.rulesetRevision());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TrafficSamples.Sample sample) throws IOException {
        json.writeStartObject();
        json.writeNumberField("sequence", sample.sequence());
        json.writeNumberField("atMillis", sample.atMillis());
        for (AnswerKind kind : AnswerKind.values()) {
            json.writeNumberField(kind.wireName(), sample.count(kind));
        }
        if (sample.times().p50Micros() >= 0) {
            json.writeNumberField("p50Micros", sample.times().p50Micros());
            json.writeNumberField("p99Micros", sample.times().p99Micros());
        }
        json.writeEndObject();
    }

    private static long sequence(@Nullable String text) throws WireException {
        try {
            long sequence = text == null ? 0 : Long.parseLong(text);
            if (sequence >= 0) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException("after", "no sequence number (expected: an integer of at least 0)");
    }

    @Override
    public void close() {
        samples.close();
    }
}
