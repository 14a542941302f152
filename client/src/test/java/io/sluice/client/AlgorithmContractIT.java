package io.sluice.client;

import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.contract.AdmissionPort;
import io.sluice.testkit.contract.AlgorithmContract;
import io.sluice.testkit.guarantee.LimitBound;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The algorithms over an embedded broker and the real streams app; after each of them the log oracle and the
 * guarantees.
 */
final class AlgorithmContractIT extends AlgorithmContract {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static final Map<String, LimitBound> TOKEN_BUCKET = Map.of("token-bucket", new LimitBound(12, 7, 50));

    private static ClusterPort cluster;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = ClusterPort.start(BROKER, stateDir, RULES);
    }

    @AfterEach
    void holdAgainstLog() {
        cluster.assertAgainstLog(TOKEN_BUCKET);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    protected AdmissionPort port() {
        return cluster;
    }

    @Override
    protected int steps() {
        return 150;
    }
}
