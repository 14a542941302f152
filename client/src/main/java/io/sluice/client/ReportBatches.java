package io.sluice.client;

import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lease reports put into records: those of one request partition together, as far as they fit. */
public final class ReportBatches {
    private ReportBatches() {}

    /**
     * One record.
     *
     * @param key the account of a report that is alone; null for several
     * @param reports how many it has
     */
    public record Batch(int partition, byte @Nullable [] key, Request request, int reports) {}

    /** The records of these reports, which keep their order within a partition. */
    public static List<Batch> of(List<LeaseReport> reports, int requestPartitions) {
        Map<Integer, List<LeaseReport>> byPartition = new TreeMap<>();
        for (LeaseReport report : reports) {
            int partition = AccountPartitioner.partitionOf(report.clientId().account(), requestPartitions);
            byPartition.computeIfAbsent(partition, absent -> new ArrayList<>()).add(report);
        }
        List<Batch> batches = new ArrayList<>();
        byPartition.forEach((partition, those) -> {
            for (int from = 0; from < those.size(); from += LeaseReports.REPORTS_MAX) {
                add(partition, those.subList(from, Math.min(those.size(), from + LeaseReports.REPORTS_MAX)), batches);
            }
        });
        return batches;
    }

    /** Reports that are too long for one record make two of half as many. */
    private static void add(int partition, List<LeaseReport> reports, List<Batch> batches) {
        if (reports.size() == 1) {
            LeaseReport report = reports.get(0);
            byte[] key = report.clientId().account().getBytes(StandardCharsets.UTF_8);
            batches.add(new Batch(partition, key, report, 1));
            return;
        }
        LeaseReports together = new LeaseReports(reports);
        if (RequestCodec.encode(together).length <= TopicCatalogue.ADMISSION_BYTES_MAX) {
            batches.add(new Batch(partition, null, together, reports.size()));
            return;
        }
        int half = reports.size() / 2;
        add(partition, reports.subList(0, half), batches);
        add(partition, reports.subList(half, reports.size()), batches);
    }
}
