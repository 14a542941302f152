package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.streams.ops.StartupException;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.contract.AdmissionPort;
import io.sluice.testkit.guarantee.LimitBound;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real cluster, asked through the client; its time is the broker's. */
final class ClusterPort implements AdmissionPort, AutoCloseable {
    private final TestCluster cluster;
    private final KafkaAdmissions admissions;

    private ClusterPort(TestCluster cluster, KafkaAdmissions admissions) {
        this.cluster = cluster;
        this.admissions = admissions;
    }

    static ClusterPort start(BrokerExtension broker, Path stateDir, String documentJson) throws StartupException {
        TestCluster cluster = TestCluster.start(broker, stateDir);
        cluster.publisher().publish(documentJson);
        KafkaAdmissions admissions =
                KafkaAdmissions.connect(cluster.config(100, FailurePolicy.ERROR), new SimpleMeterRegistry());
        TestCluster.awaitReady(admissions);
        return new ClusterPort(cluster, admissions);
    }

    @Override
    public void activate(String documentJson) {
        cluster.publisher().publish(documentJson);
    }

    @Override
    public Verdict admit(AdmissionRequest request) {
        return TestRequests.verdict(admissions, request);
    }

    @Override
    public Reply admitAll(BatchRequest request) {
        Answer<BatchVerdict> answer = TestRequests.answer(admissions.admitAll(request, TestRequests.DEADLINE_MILLIS));
        if (answer instanceof Answer.Refused<BatchVerdict> refused) {
            return Verdict.error("", "", refused.error());
        }
        assertThat(answer).isInstanceOf(Answer.Answered.class);
        return answer.orNull();
    }

    @Override
    public SettlementReply settle(SettleRequest request) {
        Answer<SettlementReply> answer = TestRequests.answer(admissions.settle(request, TestRequests.DEADLINE_MILLIS));
        assertThat(answer).isInstanceOf(Answer.Answered.class);
        return answer.orNull();
    }

    @Override
    public QuotaReport quota(ClientId clientId) {
        return TestRequests.report(admissions, clientId);
    }

    @Override
    public void passTime(ClientId clientId, long millis) {
        long untilMillis = quota(clientId).decidedAtMillis() + millis;
        Awaitility.await("the partition's time")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofMillis(millis).plusSeconds(30))
                .until(() -> quota(clientId).decidedAtMillis() >= untilMillis);
    }

    /** Holds all that was asked so far against the log and the guarantees. */
    void assertAgainstLog(Map<String, LimitBound> bounds) {
        cluster.assertAgainstLog(bounds);
    }

    @Override
    public void close() {
        admissions.close();
        cluster.close();
    }
}
