package io.sluice.cli;

import io.sluice.api.server.KnownHosts;
import java.util.List;
import picocli.CommandLine.Option;

/** By which names an open admin port is called. */
public final class AdminHostOptions {
    @Option(
            names = "--admin-hosts",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "${env:SLUICE_ADMIN_HOSTS}",
            description = "Names by which an open admin port may be called beside addresses and localhost, with commas"
                    + " between them (or $SLUICE_ADMIN_HOSTS; default: none).")
    private List<String> names = List.of();

    /**
     * The names.
     *
     * @throws CommandFailure if one is no name, or there are too many
     */
    public KnownHosts read() throws CommandFailure {
        try {
            return KnownHosts.of(names);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--admin-hosts: " + e.getMessage(), e);
        }
    }
}
