package io.sluice.perf.many;

import io.sluice.perf.process.DevProcess;
import io.sluice.perf.process.ThreadTimes;
import io.sluice.perf.profile.SluicePart;
import io.sluice.perf.report.Samples;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import java.util.Map;

/**
 * What {@code sluice dev} spends on a stretch of requests: processor time, by the part of it that spends it, and
 * records on the request topic.
 */
final class Costs {
    /** What no Java thread has spent. */
    static final String JVM = "JVM: compiler, collector, native threads";

    private static final String ASKED = "sluice_client_asked_total";
    private static final double NANOS_PER_MICRO = 1e3;

    private final DevProcess sluice;
    private final long cpuNanos;
    private final ThreadTimes threads;
    private final long records;
    private final Map<String, Double> asked;

    private Costs(DevProcess sluice) throws Exception {
        this.sluice = sluice;
        this.records = TopicReader.endOf(sluice.bootstrapServers(), TopicCatalogue.REQUESTS);
        this.asked = sluice.counts(ASKED);
        this.threads = sluice.jvm().threadTimes();
        this.cpuNanos = sluice.jvm().cpuNanos();
    }

    /** The stretch begins. */
    static Costs begin(DevProcess sluice) throws Exception {
        return new Costs(sluice);
    }

    /** The stretch has ended: adds what each request of it has cost. */
    void end(String series, long requests, Samples samples) throws Exception {
        long allNanos = sluice.jvm().cpuNanos() - cpuNanos;
        Map<String, Long> byPart = sluice.jvm()
                .threadTimes()
                .since(threads, name -> SluicePart.of(name).text());
        long newRecords = TopicReader.endOf(sluice.bootstrapServers(), TopicCatalogue.REQUESTS) - records;
        sluice.counts(ASKED)
                .forEach((reason, count) ->
                        samples.add(asked(series) + reason, (count - asked.getOrDefault(reason, 0.0)) / requests));
        samples.add(cpu(series), micros(allNanos, requests));
        samples.add(records(series), newRecords / (double) requests);
        long javaNanos = 0;
        for (SluicePart part : SluicePart.values()) {
            long nanos = byPart.getOrDefault(part.text(), 0L);
            javaNanos += nanos;
            samples.add(part(series, part.text()), micros(nanos, requests));
        }
        samples.add(part(series, JVM), micros(Math.max(0, allNanos - javaNanos), requests));
    }

    static double micros(long nanos, long requests) {
        return nanos / NANOS_PER_MICRO / requests;
    }

    static String cpu(String series) {
        return series + " cpu";
    }

    static String records(String series) {
        return series + " records";
    }

    /** The series of a reason to ask the ledger, which follows. */
    static String asked(String series) {
        return series + " asked: ";
    }

    static String part(String series, String part) {
        return series + " cpu of " + part;
    }
}
