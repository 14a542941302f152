package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportBatchesTest {
    private static final int PARTITIONS = 3;

    private static LeaseReport report(String clientId, String path) {
        try {
            AdmissionRequest nothing = AdmissionRequest.of(clientId)
                    .cost(0)
                    .attribute("path", path)
                    .build();
            return LeaseReport.checked(nothing, null, 0, 0, 1);
        } catch (WireException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void shouldMakeOneRecordForAPartition_whenThereIsRoom() {
        // Given
        List<LeaseReport> reports = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            reports.add(report("account-" + i % 100, ""));
        }

        // When
        List<ReportBatches.Batch> batches = ReportBatches.of(reports, PARTITIONS);

        // Then
        assertThat(batches).hasSize(PARTITIONS);
        assertThat(batches.stream().mapToInt(ReportBatches.Batch::reports).sum())
                .isEqualTo(300);
        for (ReportBatches.Batch batch : batches) {
            assertThat(batch.key()).isNull();
            assertThat(((LeaseReports) batch.request()).reports())
                    .containsExactlyElementsOf(reports.stream()
                            .filter(report -> AccountPartitioner.partitionOf(
                                            report.clientId().account(), PARTITIONS)
                                    == batch.partition())
                            .toList());
        }
    }

    @Test
    void shouldHaveItsKey_whenAReportIsAlone() {
        // When
        List<ReportBatches.Batch> batches = ReportBatches.of(List.of(report("acme/a", "")), PARTITIONS);

        // Then
        assertThat(batches).singleElement().satisfies(batch -> {
            assertThat(batch.key()).asString().isEqualTo("acme");
            assertThat(batch.request()).isInstanceOf(LeaseReport.class);
        });
    }

    @Test
    void shouldFitIntoTheirTopic_whenReportsAreLongOrMany() {
        // Given
        List<LeaseReport> reports = new ArrayList<>();
        for (int i = 0; i < 2 * LeaseReports.REPORTS_MAX + 10; i++) {
            reports.add(report("acme/" + i, "x".repeat(AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX)));
        }

        // When
        List<ReportBatches.Batch> batches = ReportBatches.of(reports, PARTITIONS);

        // Then
        assertThat(batches).hasSizeGreaterThan(3);
        assertThat(batches.stream().mapToInt(ReportBatches.Batch::reports).sum())
                .isEqualTo(reports.size());
        assertThat(batches)
                .allMatch(batch -> RequestCodec.encode(batch.request()).length <= TopicCatalogue.ADMISSION_BYTES_MAX);
    }
}
