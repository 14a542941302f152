package io.sluice.cli.roles;

import io.sluice.api.access.Access;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.KeysFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom the admin port lets in: nobody, unless one of these is given. */
final class AccessOptions {
    @Option(
            names = "--admin-keys",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_ADMIN_KEYS_FILE}",
            description = "Keys of the admin port, see `sluice keys create` (or $SLUICE_ADMIN_KEYS_FILE).")
    private @Nullable Path keys;

    @Option(
            names = "--admin-open",
            description = "Let everybody who reaches the admin port change rules: for one's own machine only.")
    private boolean open;

    Access read() throws CommandFailure {
        if (open && keys != null) {
            throw new CommandFailure("--admin-open and admin keys (expected: one of the two)");
        }
        if (open) {
            return Access.open("anonymous");
        }
        return keys == null ? Access.of(List.of()) : KeysFile.read(keys);
    }
}
