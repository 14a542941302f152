package io.sluice.streams.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.engine.ledger.WideCharge;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.WideEnd;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** Counts what becomes of the charges to wide buckets; all stream threads of an app share it. */
final class WideMeters {
    private final Counter sentOut;
    private final Counter repeated;
    private final Counter charged;
    private final Counter kept;
    private final Counter givenBack;
    private final Counter leased;
    private final Counter followed;
    private final Gauges gauges;

    /** What is there by partition. */
    record Gauges(ObjLongConsumer<Integer> open, ObjLongConsumer<Integer> lapsed, ObjLongConsumer<Integer> keys) {}

    WideMeters(MeterRegistry registry, Gauges gauges) {
        this.gauges = gauges;
        this.followed = Counter.builder("sluice.wide.followers")
                .description("Requests that travelled behind an earlier one with their idempotency key")
                .register(registry);
        this.sentOut = Counter.builder("sluice.wide.requests")
                .description("Requests sent out to visit buckets of limits with scope global")
                .register(registry);
        this.repeated = Counter.builder("sluice.wide.repetitions")
                .description("Messages between partitions that came again, as after a crash, and were passed over")
                .register(registry);
        this.charged = vouchers("charged", registry);
        this.kept = vouchers("kept", registry);
        this.givenBack = vouchers("given-back", registry);
        this.leased = vouchers("leased", registry);
    }

    private static Counter vouchers(String event, MeterRegistry registry) {
        return Counter.builder("sluice.wide.vouchers")
                .description("Charges to buckets of limits with scope global, and what became of them")
                .tag("event", event)
                .register(registry);
    }

    void sentOut() {
        sentOut.increment();
    }

    void repeated() {
        repeated.increment();
    }

    void visited(WideCharge charge) {
        if (charge.statement().voucher() != null) {
            charged.increment();
        }
    }

    void ended(List<WideEnd> ends) {
        for (WideEnd end : ends) {
            if (end.open() > 0) {
                leased.increment();
            } else {
                (end.kept() > 0 ? kept : givenBack).increment();
            }
        }
    }

    void followed() {
        followed.increment();
    }

    void open(int partition, LapsingCount vouchers) {
        gauges.open().accept(partition, vouchers.count());
        gauges.lapsed().accept(partition, vouchers.lapsed().count());
    }

    void travelling(int partition, long keys) {
        gauges.keys().accept(partition, keys);
    }
}
