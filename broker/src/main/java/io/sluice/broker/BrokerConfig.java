package io.sluice.broker;

import java.nio.file.Path;
import java.util.Map;

/**
 * The settings that an embedded broker starts with.
 *
 * @param dataDir the directory of its log; kept across restarts, used by one process at a time
 * @param host the address to listen on and to advertise
 * @param port the port for clients; 0 for a free one
 * @param overrides broker properties that override the defaults
 */
public record BrokerConfig(Path dataDir, String host, int port, Map<String, String> overrides) {
    public BrokerConfig {
        overrides = Map.copyOf(overrides);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
    }
}
