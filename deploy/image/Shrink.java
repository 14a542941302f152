import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Drops classes that nothing names: {@code Shrink JARS PREFIX...} goes through the jars of the directory whose names
 * begin with one of the prefixes. They are libraries of generated code, of which a role uses a twentieth.
 *
 * <p>A class stays if a class of another jar, or one that stays, has its name in the constant pool, also in a
 * descriptor or a text. That is more than what is used, and never less, for whoever loads a class by name needs the
 * name. Descriptions in {@code .proto} files go, too: the compiled ones are in the classes.
 */
final class Shrink {
    private static final Pattern NAME = Pattern.compile("[\\w$]+(?:[./][\\w$]+)+");
    private static final String CLASS = ".class";
    private static final long TIME_MILLIS = 1_767_225_600_000L;

    private final Map<String, byte[]> candidates = new HashMap<>();
    private final Set<String> kept = new HashSet<>();
    private final Deque<byte[]> unread = new ArrayDeque<>();

    private Shrink() {}

    public static void main(String[] arguments) throws IOException {
        List<String> prefixes = List.of(arguments).subList(1, arguments.length);
        List<Path> shrunk = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        try (Stream<Path> jars = Files.list(Path.of(arguments[0]))) {
            jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .forEach(jar -> (prefixes.stream().anyMatch(jar.getFileName().toString()::startsWith)
                                    ? shrunk
                                    : others)
                            .add(jar));
        }
        if (shrunk.size() != prefixes.size()) {
            throw new IllegalArgumentException("jars of " + prefixes + ": " + shrunk + " (expected: one of each)");
        }
        Shrink shrink = new Shrink();
        for (Path jar : shrunk) {
            shrink.candidates.putAll(classesOf(jar));
        }
        for (Path jar : others) {
            classesOf(jar).values().forEach(shrink::read);
        }
        while (!shrink.unread.isEmpty()) {
            shrink.read(shrink.unread.pop());
        }
        System.out.println("shrink: " + shrink.kept.size() + " of " + shrink.candidates.size() + " classes stay in "
                + shrunk.stream().map(Path::getFileName).toList());
        for (Path jar : shrunk) {
            shrink.rewrite(jar);
        }
    }

    private static Map<String, byte[]> classesOf(Path jar) throws IOException {
        Map<String, byte[]> classes = new HashMap<>();
        try (JarFile open = new JarFile(jar.toFile())) {
            open.stream().filter(entry -> entry.getName().endsWith(CLASS)).forEach(entry -> {
                try (InputStream bytes = open.getInputStream(entry)) {
                    classes.put(withoutSuffix(entry.getName()), bytes.readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(jar + ": " + entry.getName(), e);
                }
            });
        }
        return classes;
    }

    private static String withoutSuffix(String entry) {
        return entry.substring(0, entry.length() - CLASS.length());
    }

    private void read(byte[] bytes) {
        for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof Utf8Entry text) {
                Matcher names = NAME.matcher(text.stringValue());
                while (names.find()) {
                    keep(names.group().replace('.', '/'));
                }
            }
        }
    }

    /** In a descriptor, an {@code L} stands before the name of a class. */
    private void keep(String name) {
        for (String each : List.of(name, name.substring(1))) {
            byte[] candidate = candidates.get(each);
            if (candidate != null && kept.add(each)) {
                unread.push(candidate);
            }
        }
    }

    private void rewrite(Path jar) throws IOException {
        Path smaller = Files.createTempFile(jar.toAbsolutePath().getParent(), "shrink-", ".tmp");
        try (JarFile open = new JarFile(jar.toFile());
                OutputStream out = Files.newOutputStream(smaller);
                JarOutputStream written = new JarOutputStream(out)) {
            for (JarEntry entry : (Iterable<JarEntry>) open.stream()::iterator) {
                if (!entry.isDirectory() && stays(entry.getName())) {
                    JarEntry copy = new JarEntry(entry.getName());
                    copy.setTime(TIME_MILLIS);
                    written.putNextEntry(copy);
                    try (InputStream bytes = open.getInputStream(entry)) {
                        bytes.transferTo(written);
                    }
                    written.closeEntry();
                }
            }
        }
        long before = Files.size(jar);
        Files.move(smaller, jar, StandardCopyOption.REPLACE_EXISTING);
        jar.toFile().setReadable(true, false);
        System.out.println("shrink: " + jar.getFileName() + ": " + before + " -> " + Files.size(jar) + " bytes");
    }

    private boolean stays(String entry) {
        return entry.endsWith(CLASS) ? kept.contains(withoutSuffix(entry)) : !entry.endsWith(".proto");
    }
}
