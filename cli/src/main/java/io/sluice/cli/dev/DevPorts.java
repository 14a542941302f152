package io.sluice.cli.dev;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ListenPorts;

/** The address and ports of a dev cluster. */
record DevPorts(String host, int http, int admin, int kafka) {
    static DevPorts checked(String host, int http, int admin, int kafka) throws CommandFailure {
        ListenPorts unused =
                ListenPorts.on(host).tried("http", http).tried("admin", admin).tried("kafka", kafka);
        return new DevPorts(host, http, admin, kafka);
    }
}
