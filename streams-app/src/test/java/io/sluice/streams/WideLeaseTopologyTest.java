package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.Route;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases under a limit of all accounts in the topology: its messages come back to its own partition here. */
final class WideLeaseTopologyTest {
    private static final long TTL = 10_000;
    /** A lease beside a verdict is of 9: a 64th of the shared bucket. */
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"own\",\"scope\":\"account\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":640},"
            + "{\"id\":\"partner\",\"scope\":\"global\",\"match\":{\"path\":\"/partner\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":600}]}";

    private TopologyFixture topology;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        topology = new TopologyFixture(stateDir);
        topology.activate(1, RULES);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private static AdmissionRequest.Builder partner(String clientId) {
        return AdmissionRequest.of(clientId).route(new Route("GET", "/partner", ""));
    }

    private Verdict leased(String clientId) throws Exception {
        return topology.ask(partner(clientId).lease(new LeaseTerms(100, TTL)));
    }

    private static LeaseReport report(Verdict lease, String clientId, long spent) throws Exception {
        AdmissionRequest nothing = partner(clientId).cost(0).build();
        return LeaseReport.checked(nothing, DecisionId.parse("leaseId", lease.decisionId()), spent, spent, 0);
    }

    /** What the shared bucket has left. */
    private long left() throws Exception {
        return topology.ask(partner("looker").cost(0)).details().limits().stream()
                .filter(limit -> limit.id().equals("partner"))
                .mapToLong(LimitStatus::remaining)
                .sum();
    }

    private double open() {
        return topology.registry.get("sluice.wide.open.vouchers").gauge().value();
    }

    private double counted(String event) {
        return topology.registry
                .get("sluice.wide.vouchers")
                .tag("event", event)
                .counter()
                .count();
    }

    @Test
    void shouldLendAndTakeBack_whenTheLeaseIsReported() throws Exception {
        // When
        Verdict first = leased("acme");

        // Then the verdict is that of any other caller
        assertThat(first.lease()).isEqualTo(new LeaseTerms(9, TTL));
        assertThat(first.details().limits()).extracting(LimitStatus::remaining).containsExactly(639L, 599L);
        assertThat(left()).isEqualTo(590);
        assertThat(open()).isEqualTo(1);
        assertThat(counted("leased")).isEqualTo(1);

        // When
        topology.tell(report(first, "acme", 4));

        // Then
        assertThat(left()).isEqualTo(595);
        assertThat(open()).isZero();
        List<DecisionRecord> records = topology.decisionRecords();
        assertThat(records.stream().filter(Decision.class::isInstance).map(record -> ((Decision) record).charged()))
                .contains(10L);
        assertThat(records.stream()
                        .filter(LeaseReportRecord.class::isInstance)
                        .map(record -> ((LeaseReportRecord) record).charged()))
                .containsExactly(-5L);
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldTellOwnersOnce_whenManyLeasesEndInOneRecord() throws Exception {
        // Given more than one message can end
        List<LeaseReport> reports = new ArrayList<>();
        long granted = 0;
        for (int client = 0; client < 70; client++) {
            Verdict lease = leased("acme/" + client);
            if (lease.lease() != null && lease.lease().tokens() > 0) {
                granted += lease.lease().tokens();
                reports.add(report(lease, "acme/" + client, 1));
            }
        }
        assertThat(reports).hasSizeGreaterThan(20);
        assertThat(open()).isEqualTo(reports.size());

        // When
        topology.tell(new LeaseReports(reports));

        // Then
        assertThat(open()).isZero();
        assertThat(left()).isEqualTo(600 - 70 - reports.size());
        assertThat(granted).isGreaterThan(reports.size());
        assertThat(topology.deadLetters()).isEmpty();
    }

    @Test
    void shouldKeepAll_whenOnlyTheCleanUpFindsTheLease() throws Exception {
        // Given an account that never comes back, and another one whose records move the time
        leased("acme");
        topology.advance(TTL);
        topology.ask(AdmissionRequest.of("other").cost(0));
        assertThat(open()).isEqualTo(1);
        topology.decisionRecords();

        // When it finds the same lease more than once
        topology.sweep();
        topology.sweep();
        topology.sweep();

        // Then a record has ended it
        assertThat(open()).isZero();
        assertThat(topology.decisionRecords())
                .extracting(record -> ((LeaseReportRecord) record).outcome())
                .containsExactly(LeaseReportRecord.Outcome.EXPIRED);
        assertThat(left()).isEqualTo(590);
        assertThat(topology.deadLetters()).isEmpty();
        assertThat(topology.hasReply()).isFalse();
    }

    @Test
    void shouldEndTheLease_whenItsAccountComesBack() throws Exception {
        // Given
        leased("acme");
        topology.advance(TTL);

        // When the request travels itself
        Verdict again = leased("acme");

        // Then both are told of in one record
        assertThat(again.lease()).isEqualTo(new LeaseTerms(9, TTL));
        assertThat(open()).isEqualTo(1);
        assertThat(left()).isEqualTo(580);
    }

    @Test
    void shouldLendNothing_whenALeaseIsAskedForAlone() throws Exception {
        assertThat(topology.lease(partner("acme"), 100, TTL).details().reasonCode())
                .isEqualTo("not-leasable");
        assertThat(left()).isEqualTo(600);
    }
}
