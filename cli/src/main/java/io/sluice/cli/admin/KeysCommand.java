package io.sluice.cli.admin;

import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.cli.CommandFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice keys}: keys for callers of both ports, and the pairs that sign rules and commands. */
@Command(
        name = "keys",
        description = "Make keys for the admin port and the data port, and the keys that sign rules and commands.",
        footer = {"  sluice keys create alice --roles editor,approver", "  sluice keys signing --out keys"})
public final class KeysCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "signing",
            description = {
                "Make the two key pairs of a cluster: one signs rulesets, one signs commands.",
                "Writes rules-private.pem, rules-public.pem, command-private.pem and command-public.pem; "
                        + "never overwrites a file. Only streams apps that write rules get rules-private.pem; only "
                        + "front ends with an admin port, and operators, get command-private.pem."
            },
            footer = "  sluice keys signing --out keys")
    int signing(
            @Option(names = "--out", required = true, paramLabel = "DIR", description = "Directory for the files.")
                    Path directory)
            throws CommandFailure {
        SigningKeyFiles files = new SigningKeyFiles(directory);
        files.create();
        files.files().forEach(file -> spec.commandLine().getOut().println("created " + file));
        return 0;
    }

    @Command(
            name = "create",
            description = "Print a new key, which is never shown again, and its line for the keys file.",
            footer = {
                "  sluice keys create alice --roles editor,approver",
                "  sluice keys create checkout --accounts acme,team-*"
            })
    int create(
            @Parameters(paramLabel = "NAME", description = "The key's name, which the audit trail shows.") String name,
            @Option(
                            names = "--roles",
                            paramLabel = "ROLE",
                            split = ",",
                            description = "Roles on the admin port: viewer, editor, approver, operator, reporter; "
                                    + "on the data port: "
                                    + "redeemer; separated by commas.")
                    @Nullable List<String> roles,
            @Option(
                            names = "--accounts",
                            paramLabel = "ACCOUNT",
                            split = ",",
                            description = "Accounts that it may use on the data port: names, patterns such as team-*, "
                                    + "or *; separated "
                                    + "by commas.")
                    @Nullable List<String> accounts)
            throws CommandFailure {
        if (roles == null && accounts == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: --roles or --accounts");
        }
        try {
            String secret = AccessKey.newSecret(new SecureRandom());
            AccessKey key = new AccessKey(
                    name,
                    KeysFile.roles(roles == null ? List.of() : roles),
                    AllowedAccounts.of(accounts == null ? List.of() : accounts),
                    AccessKey.hashOf(secret));
            PrintWriter out = spec.commandLine().getOut();
            out.println("key (shown only now): " + secret);
            out.println("line for the keys file:");
            out.println(KeysFile.line(key));
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
