package io.sluice.cli.deploy;

import static io.sluice.cli.deploy.Manifests.at;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;

/** The secrets and maps that the README of the manifests has its reader create, by what kubectl makes of them. */
final class ReadmeSecrets {
    private static final String CREATE = "kubectl -n sluice create ";
    private static final String FROM_FILE = "--from-file=";

    private ReadmeSecrets() {}

    /** Runs the commands without a cluster; returns the files of each object. */
    static Map<String, Set<String>> created(Path directory) throws Exception {
        Assumptions.assumeTrue(Manifests.isInstalled("kubectl"), "kubectl is not installed");
        Map<String, Set<String>> created = new TreeMap<>();
        String readme = Manifests.read("k8s/README.md").replace("\\\n", " ");
        for (String line : readme.lines().toList()) {
            if (line.startsWith(CREATE)) {
                Object object =
                        Manifests.parse(Manifests.run(command(line, directory))).get(0);
                Set<String> files = new TreeSet<>();
                ((Map<?, ?>) at(object, "data")).keySet().forEach(file -> files.add(file.toString()));
                created.put((String) at(object, "metadata", "name"), files);
            }
        }
        return created;
    }

    /** The command with files that exist. */
    private static List<String> command(String line, Path directory) throws Exception {
        List<String> command = new ArrayList<>();
        for (String word : line.strip().split("\\s+")) {
            if (word.startsWith(FROM_FILE)) {
                String[] parts = word.substring(FROM_FILE.length()).split("=", 2);
                Path file = directory.resolve(parts[parts.length - 1]);
                Files.createDirectories(file.getParent());
                Files.writeString(file, "");
                command.add(FROM_FILE + (parts.length == 2 ? parts[0] + "=" : "") + file);
            } else {
                command.add(word);
            }
        }
        command.addAll(List.of("--dry-run=client", "-o", "yaml"));
        return command;
    }
}
