package io.sluice.cli.admin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.sluice.api.access.Access;
import io.sluice.api.access.AccessKey;
import io.sluice.api.access.Role;
import io.sluice.cli.CommandFailure;
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
import org.jspecify.annotations.Nullable;

/**
 * The file with the keys of the admin port: names, roles and hashes.
 *
 * <pre>
 *   keys:
 *     - {name: alice, roles: [editor, approver], sha256: 5e88...}
 * </pre>
 *
 * <p>Nothing of a key's entry is ever quoted in an error but its name: a hash that is wrong may be the key itself.
 */
public final class KeysFile {
    // In YAML 1.1 off is false and no is false; whoever writes mode: off means the word.
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build();
    private static final Set<String> MEMBERS = Set.of("name", "roles", "sha256");

    private KeysFile() {}

    public static Access read(Path file) throws CommandFailure {
        String name = "keys file " + file;
        try (JsonParser parser = YAML.createParser(Files.readString(file))) {
            return Access.of(keys(name, DocumentTree.read(parser)));
        } catch (WireException e) {
            throw new CommandFailure(name + ": " + e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(name + ": not valid YAML");
        } catch (IOException e) {
            throw new CommandFailure(name + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(name + ": " + e.getMessage(), e);
        }
    }

    private static List<AccessKey> keys(String file, @Nullable Object tree) throws CommandFailure {
        if (!(tree instanceof Map<?, ?> root)
                || !root.keySet().equals(Set.of("keys"))
                || !(root.get("keys") instanceof List<?> list)) {
            throw new CommandFailure(file + " (expected: an object with a list of keys)");
        }
        List<AccessKey> keys = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> members)
                    || !members.keySet().equals(MEMBERS)
                    || !(members.get("name") instanceof String name)
                    || !(members.get("roles") instanceof List<?> roles)
                    || !(members.get("sha256") instanceof String sha256)) {
                throw new CommandFailure(file + ": keys[" + keys.size()
                        + "] (expected: name, a list of roles, and sha256, all but roles as strings)");
            }
            keys.add(new AccessKey(
                    name, roles(roles.stream().map(String::valueOf).toList()), sha256));
        }
        return keys;
    }

    static Set<Role> roles(List<String> names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        names.forEach(name -> roles.add(Role.of(name)));
        return roles;
    }
}
