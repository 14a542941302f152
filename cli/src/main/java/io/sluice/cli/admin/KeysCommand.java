package io.sluice.cli.admin;

import io.sluice.api.access.AccessKey;
import io.sluice.api.access.Role;
import io.sluice.cli.CommandFailure;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice keys}: keys for the admin port. */
@Command(name = "keys", description = "Make keys for the admin port.", mixinStandardHelpOptions = true)
public final class KeysCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "create",
            description = "Print a new key, which is shown only now, and the line of the keys file that lets it in.")
    int create(
            @Parameters(paramLabel = "NAME", description = "Who gets it; the name in the audit trail.") String name,
            @Option(
                            names = "--roles",
                            required = true,
                            split = ",",
                            description = "viewer, editor, approver, operator; several with commas.")
                    List<String> roles)
            throws CommandFailure {
        try {
            String secret = AccessKey.newSecret(new SecureRandom());
            AccessKey key = new AccessKey(name, KeysFile.roles(roles), AccessKey.hashOf(secret));
            PrintWriter out = spec.commandLine().getOut();
            out.println("key (shown only now): " + secret);
            out.println("line for the keys file:");
            out.println("  - {name: \"" + key.name() + "\", roles: ["
                    + key.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining(", "))
                    + "], sha256: \"" + key.sha256() + "\"}");
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
