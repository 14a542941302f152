package io.sluice.cli.admin;

import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.KeyRing;
import io.sluice.api.auth.Role;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.YamlDocument;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file with the keys of both ports: names, hashes, roles for the admin port, accounts for the data port.
 *
 * <pre>
 *   keys:
 *     - {name: alice, roles: [editor, approver], sha256: 5e88...}
 *     - {name: checkout, accounts: [acme, "team-*"], sha256: 98f9...}
 * </pre>
 *
 * <p>An error never quotes a hash, because somebody may have put the key itself there.
 */
public final class KeysFile {
    private static final Set<String> REQUIRED = Set.of("name", "sha256");
    private static final Set<String> MEMBERS = Set.of("name", "roles", "accounts", "sha256");

    private KeysFile() {}

    public static KeyRing read(Path file) throws CommandFailure {
        String name = "keys file " + file;
        try {
            return KeyRing.of(keys(name, tree(name, Utf8.text("", Files.readAllBytes(file)))));
        } catch (WireException e) {
            throw new CommandFailure(name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(name + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(name + ": " + e.getMessage(), e);
        }
    }

    /** The line of a key. */
    static String line(AccessKey key) {
        StringBuilder line =
                new StringBuilder("  - {name: \"").append(key.name()).append("\"");
        if (!key.roles().isEmpty()) {
            line.append(", roles: [")
                    .append(key.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining(", ")))
                    .append("]");
        }
        if (!key.accounts().isEmpty()) {
            // As JSON, which is YAML: a bare * means something else.
            line.append(", accounts: ")
                    .append(DocumentTree.toJson(List.copyOf(key.accounts().patterns())));
        }
        return line.append(", sha256: \"").append(key.sha256()).append("\"}").toString();
    }

    /** The document; errors do not quote it either, since it may hold a key. */
    static @Nullable Object tree(String name, String text) throws CommandFailure {
        try {
            return YamlDocument.read(name, text);
        } catch (CommandFailure e) {
            throw new CommandFailure(name + ": not valid YAML");
        }
    }

    static List<AccessKey> keys(String file, @Nullable Object tree) throws CommandFailure {
        if (!(tree instanceof Map<?, ?> root)
                || !root.keySet().equals(Set.of("keys"))
                || !(root.get("keys") instanceof List<?> list)) {
            throw new CommandFailure(file + " (expected: an object with a list of keys)");
        }
        List<AccessKey> keys = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> members)
                    || !members.keySet().containsAll(REQUIRED)
                    || !MEMBERS.containsAll(members.keySet())
                    || !(members.get("name") instanceof String name)
                    || !(members.get("sha256") instanceof String sha256)
                    || !isListIfThere(members, "roles")
                    || !isListIfThere(members, "accounts")) {
                throw new CommandFailure(file + ": keys[" + keys.size()
                        + "] (expected: name and sha256 as strings, and lists of roles, of accounts, or of both)");
            }
            keys.add(new AccessKey(
                    name, roles(texts(members, "roles")), AllowedAccounts.of(texts(members, "accounts")), sha256));
        }
        return keys;
    }

    private static boolean isListIfThere(Map<?, ?> members, String name) {
        return !members.containsKey(name) || members.get(name) instanceof List<?>;
    }

    private static List<String> texts(Map<?, ?> members, String name) {
        return members.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    static Set<Role> roles(List<String> names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        names.forEach(name -> roles.add(Role.of(name)));
        return roles;
    }
}
