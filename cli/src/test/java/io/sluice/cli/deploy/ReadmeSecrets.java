package io.sluice.cli.deploy;

import static io.sluice.cli.deploy.Manifests.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The secrets and maps that the README of the manifests has its reader create, with the files in them. */
final class ReadmeSecrets {
    private static final String CREATE = "kubectl -n sluice create ";
    private static final String FROM_FILE = "--from-file=";

    private ReadmeSecrets() {}

    /** The files of each object. Where kubectl is installed, it makes the objects too, without a cluster. */
    static Map<String, Set<String>> created(Path directory) throws Exception {
        Map<String, Set<String>> created = new TreeMap<>();
        String readme = Manifests.read("k8s/README.md").replace("\\\n", " ");
        for (String line : readme.lines().toList()) {
            if (line.startsWith(CREATE)) {
                String name = line.substring(CREATE.length())
                        .replaceFirst("^(secret generic|configmap) ", "")
                        .split(" ", 2)[0];
                created.put(name, files(line));
                if (Manifests.isInstalled("kubectl")) {
                    Object object = Manifests.parse(Manifests.run(command(line, directory)))
                            .get(0);
                    assertThat(at(object, "metadata", "name")).isEqualTo(name);
                    assertThat(((Map<?, ?>) at(object, "data")).keySet()).isEqualTo(files(line));
                }
            }
        }
        return created;
    }

    private static Set<String> files(String line) {
        Set<String> files = new TreeSet<>();
        for (String word : line.strip().split("\\s+")) {
            if (word.startsWith(FROM_FILE)) {
                String file = word.substring(FROM_FILE.length());
                files.add(file.contains("=") ? file.split("=", 2)[0] : file.substring(file.lastIndexOf('/') + 1));
            }
        }
        return files;
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
