package io.sluice.perf.traces;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicy;
import io.sluice.client.fastpath.FastAdmissions;
import io.sluice.client.fastpath.FastPath;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An admission at a front end whose ledger answers at once, with and without spans; they are exported to nowhere. */
@State(Scope.Thread)
public class TraceBench {
    private static final long DEADLINE_MILLIS = 1_000;

    /** How many of the requests are sampled, in percent; off for no tracing at all. */
    @Param({"off", "0", "1", "100"})
    public String sampled = "off";

    private final InstantAdmissions ledger = new InstantAdmissions();
    private OpenTelemetry openTelemetry = OpenTelemetry.noop();
    private AdmissionRequest request;
    private FastAdmissions admissions;

    @SuppressWarnings("NullAway.Init")
    public TraceBench() {}

    @Setup
    public void start() throws WireException {
        if (!sampled.equals("off")) {
            openTelemetry = OpenTelemetrySdk.builder()
                    .setTracerProvider(SdkTracerProvider.builder()
                            .setSampler(
                                    Sampler.parentBased(Sampler.traceIdRatioBased(Integer.parseInt(sampled) / 100.0)))
                            // As it ships: spans are queued, and a thread takes them in batches.
                            .addSpanProcessor(BatchSpanProcessor.builder(SpanExporter.composite())
                                    .build())
                            .build())
                    .build();
        }
        request = AdmissionRequest.of("acme/alice").build();
        admissions = FastAdmissions.start(
                new FastAdmissions.Backend(ledger, ledger, (asked, detail) -> FailurePolicy.ERROR.answer(detail)),
                FastPath.off(),
                new SimpleMeterRegistry(),
                openTelemetry);
    }

    @TearDown
    public void stop() {
        admissions.close();
        if (openTelemetry instanceof OpenTelemetrySdk sdk) {
            sdk.close();
        }
    }

    @Benchmark
    public CompletableFuture<Answer<AdmissionVerdict>> admit() {
        return admissions.admit(request, DEADLINE_MILLIS);
    }
}
