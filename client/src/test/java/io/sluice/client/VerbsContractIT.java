package io.sluice.client;

import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.contract.AdmissionPort;
import io.sluice.testkit.contract.VerbsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The verbs over an embedded broker and the real streams app; after each of them the log oracle and the guarantees. */
final class VerbsContractIT extends VerbsContract {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static ClusterPort cluster;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = ClusterPort.start(BROKER, stateDir, RULES);
    }

    @AfterEach
    void holdAgainstLog() {
        cluster.assertAgainstLog(BOUNDS);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    protected AdmissionPort port() {
        return cluster;
    }
}
