package io.sluice.cli;

import io.sluice.api.server.KnownHosts;
import java.util.List;
import picocli.CommandLine.Option;

/** The host names under which callers may use an open admin port. */
public final class AdminHostOptions {
    @Option(
            names = "--admin-hosts",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "${env:SLUICE_ADMIN_HOSTS}",
            description = "Host names under which callers may use an open admin port, separated by commas; IP "
                    + "addresses and localhost always work (or $SLUICE_ADMIN_HOSTS; default: none).")
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
