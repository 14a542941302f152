package io.sluice.streams;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a topology of its own, in which nothing has happened yet. */
abstract class TopologyTest {
    TopologyFixture topology;

    @BeforeEach
    void startTopology(@TempDir Path stateDir) {
        topology = new TopologyFixture(stateDir);
    }

    @AfterEach
    void stopTopology() {
        topology.close();
    }
}
