package io.sluice.gateway.quota;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** The metrics of the quota service. */
final class QuotaMeters {
    private final LongAdder granted = new LongAdder();
    private final LongAdder admitted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder unsupported = new LongAdder();
    private final LongAdder grantedTokens = new LongAdder();
    private final LongAdder unsentTokens = new LongAdder();
    private final LongAdder allowed = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder full = new LongAdder();
    private final LongAdder invalid = new LongAdder();
    private final LongAdder unmapped = new LongAdder();
    private final LongAdder revoked = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final LongAdder silent = new LongAdder();

    void bindTo(MeterRegistry registry, BucketRoom room, IntSupplier streams) {
        String grants = "Requests to the ledger for an Envoy's bucket, by outcome";
        counter(registry, "grants", grants, granted, Tags.of("outcome", "leased"));
        counter(registry, "grants", grants, admitted, Tags.of("outcome", "admitted"));
        counter(registry, "grants", grants, refused, Tags.of("outcome", "refused"));
        counter(registry, "grants", grants, unanswered, Tags.of("outcome", "unanswered"));
        counter(registry, "grants", grants, unsupported, Tags.of("outcome", "unsupported"));
        counter(registry, "tokens.granted", "Tokens that Envoys were assigned", grantedTokens, Tags.empty());
        counter(registry, "tokens.unsent", "Tokens that came too late for an Envoy", unsentTokens, Tags.empty());
        String requests = "Requests that Envoys reported, by their answer";
        counter(registry, "requests", requests, allowed, Tags.of("answer", "allow"));
        counter(registry, "requests", requests, denied, Tags.of("answer", "deny"));
        String ignored = "Reports on buckets that get no tokens, by the reason";
        counter(registry, "reports.ignored", ignored, full, Tags.of("reason", "full"));
        counter(registry, "reports.ignored", ignored, invalid, Tags.of("reason", "invalid"));
        counter(registry, "reports.ignored", ignored, unmapped, Tags.of("reason", "unmapped"));
        counter(registry, "revoked", "Assignments that were taken back", revoked, Tags.empty());
        counter(registry, "abandoned", "Buckets that Envoys were told to forget", abandoned, Tags.empty());
        counter(registry, "silent", "Streams that were closed because no report came", silent, Tags.empty());
        Gauge.builder("sluice.gateway.quota.streams", streams::getAsInt)
                .description("Envoys that are connected")
                .register(registry);
        Gauge.builder("sluice.gateway.quota.buckets", room, BucketRoom::taken)
                .description("Buckets of all Envoys")
                .register(registry);
        Gauge.builder("sluice.gateway.quota.buckets.max", room, BucketRoom::max)
                .description("The most buckets of all Envoys")
                .register(registry);
    }

    private static void counter(MeterRegistry registry, String name, String description, LongAdder count, Tags tags) {
        FunctionCounter.builder("sluice.gateway.quota." + name, count, LongAdder::sum)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    void leased() {
        granted.increment();
    }

    void admitted() {
        admitted.increment();
    }

    void refused() {
        refused.increment();
    }

    void unanswered() {
        unanswered.increment();
    }

    /** A limit that no Envoy can keep: it counts what is in flight. */
    void unsupported() {
        unsupported.increment();
    }

    void assigned(long tokens) {
        grantedTokens.add(tokens);
    }

    void unsent(long tokens) {
        unsentTokens.add(tokens);
    }

    void used(long allowedRequests, long deniedRequests) {
        allowed.add(allowedRequests);
        denied.add(deniedRequests);
    }

    void full() {
        full.increment();
    }

    void invalid() {
        invalid.increment();
    }

    void unmapped() {
        unmapped.increment();
    }

    void revoked() {
        revoked.increment();
    }

    void abandoned() {
        abandoned.increment();
    }

    void silent() {
        silent.increment();
    }
}
