package io.sluice.cli.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files that Git tracks, or would track with the next {@code git add}. */
final class Repository {
    private static final Set<String> UNTRACKED_FOLDERS = Set.of("target", ".git", ".idea", ".vscode", "results");

    /** Only what is read: documents, Java and scripts. */
    private final Map<String, TextFile> files = new TreeMap<>();
    /** Every file, and every folder that has one. */
    private final Set<String> paths = new TreeSet<>();

    private Repository() {}

    /** A repository in memory, for the tests of the checks. */
    static Repository of(TextFile... files) {
        Repository repository = new Repository();
        for (TextFile file : files) {
            repository.add(file.path(), file);
        }
        return repository;
    }

    static Repository at(Path root) throws IOException {
        Repository repository = new Repository();
        for (String path : tracked(root)) {
            Path file = root.resolve(path);
            if (!Files.isRegularFile(file)) {
                // Deleted, and not committed yet.
                continue;
            }
            boolean isRead = new TextFile(path, List.of()).isScript() || path.endsWith(".md") || path.endsWith(".java");
            repository.add(
                    path, isRead && !path.equals("LICENSE") ? new TextFile(path, Files.readAllLines(file)) : null);
        }
        return repository;
    }

    private void add(String path, TextFile file) {
        if (file != null) {
            files.put(path, file);
        }
        paths.add(path);
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            paths.add(path.substring(0, slash));
        }
    }

    Collection<TextFile> files() {
        return files.values();
    }

    List<TextFile> files(Predicate<TextFile> which) {
        return files.values().stream().filter(which).toList();
    }

    /** The file, or null if there is none, or if it is not a document, Java or a script. */
    TextFile file(String path) {
        return files.get(path);
    }

    /** Whether there is such a file or folder. */
    boolean has(String path) {
        return path.isEmpty() || paths.contains(path);
    }

    /** All files and folders with this name, wherever they are. */
    List<String> named(String name) {
        return paths.stream()
                .filter(path -> path.equals(name) || path.endsWith("/" + name))
                .toList();
    }

    private static List<String> tracked(Path root) throws IOException {
        Process git;
        try {
            git = new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noGit) {
            return walked(root);
        }
        String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return names.isEmpty() ? walked(root) : List.of(names.split("\0"));
    }

    /** For a source archive, which has no history, and for a checkout of somebody else, which Git does not look at. */
    private static List<String> walked(Path root) {
        List<String> found = new ArrayList<>();
        walk(root, root, found);
        return found;
    }

    private static void walk(Path root, Path folder, List<String> found) {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.toList()) {
                if (!Files.isDirectory(child)) {
                    found.add(root.relativize(child).toString().replace('\\', '/'));
                } else if (!UNTRACKED_FOLDERS.contains(child.getFileName().toString())) {
                    walk(root, child, found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
