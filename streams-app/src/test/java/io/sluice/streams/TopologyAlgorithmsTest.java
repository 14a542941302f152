package io.sluice.streams;

import io.sluice.testkit.contract.AdmissionPort;
import io.sluice.testkit.contract.AlgorithmContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The algorithms over the topology, on real RocksDB. */
final class TopologyAlgorithmsTest extends AlgorithmContract {
    private TopologyPort topology;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        topology = new TopologyPort(stateDir, RULES);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Override
    protected AdmissionPort port() {
        return topology;
    }

    @Override
    protected int steps() {
        return 600;
    }
}
