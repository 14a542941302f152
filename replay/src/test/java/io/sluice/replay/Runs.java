package io.sluice.replay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfRun;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.replay.whatif.WideLimits;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunMemory;
import io.sluice.streams.replay.RunOutputs;
import io.sluice.streams.replay.RunSettings;
import java.nio.file.Path;

/** Runs a log in every way that the product does. */
public final class Runs {
    private static final int LISTED_MAX = 20;
    private static final int CACHED_MAX = 16;

    private final Path directory;

    public Runs(Path directory) {
        this.directory = directory;
    }

    public static RunSettings settings(ListLog log) {
        // A cache smaller than any test's accounts, so that RocksDB takes part.
        return log.settings(CACHED_MAX);
    }

    private RunBounds bounds() {
        return new RunBounds(2, 32 << 20, CACHED_MAX, directory);
    }

    /** Fills the decision topic with what an app records. */
    public void serve(ListLog log) {
        try (RunMemory memory = new RunMemory(32 << 20, /* statesMax= */ 1)) {
            for (int partition = 0; partition < log.partitions(); partition++) {
                int number = partition;
                RunOutputs outputs = value -> log.record(number, value);
                Path place = directory.resolve("served-" + System.identityHashCode(log) + "-" + partition);
                try (PartitionRun run = new PartitionRun(
                        partition,
                        settings(log),
                        new PartitionRun.Place(place, memory),
                        new SimpleMeterRegistry(),
                        outputs)) {
                    for (LoggedRecord record : log.requests.get(partition)) {
                        run.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
                    }
                }
            }
        }
    }

    public AuditResult audit(ListLog log, RunWindow window) throws Exception {
        return new AuditResult(
                log.name(),
                window,
                new LogRun(log, window, bounds())
                        .run((partition, places) -> new AuditWork(
                                partition,
                                settings(log),
                                places.next(),
                                log.decisions(partition),
                                !window.isPart(),
                                LISTED_MAX)));
    }

    public WhatIfResult compare(ListLog log, RunWindow window, String candidate) throws Exception {
        return compare(log, window, candidate, WideLimits.ASKED_ANEW);
    }

    public WhatIfResult compare(ListLog log, RunWindow window, String candidate, WideLimits wide) throws Exception {
        WhatIfWork.Rulesets rulesets = new WhatIfWork.Rulesets(null, CandidateRules.activation(candidate));
        WhatIfRun run = new WhatIfRun(log, bounds(), rulesets, wide);
        return WhatIfResult.of(
                log.name(),
                "the rules of the log",
                "candidate",
                run.wide(),
                run.run(new LogRun(log, window, bounds()), WhatIfBounds.STANDARD));
    }
}
