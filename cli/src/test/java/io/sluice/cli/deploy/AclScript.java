package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.AclCommand;

/** What {@code sluice topics acls} prints, run as the script that it is: by Kafka's own tool. */
final class AclScript {
    private static final String TOOL = "kafka-acls.sh";
    /** A word of a shell: in single quotes, in double quotes, or bare. */
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private AclScript() {}

    /** The script, line by line. */
    static List<String> printed(String... options) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("topics", "acls"));
        arguments.addAll(List.of(options));
        int code = Sluice.commandLine().setOut(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
        assertThat(code).isZero();
        return out.toString().lines().toList();
    }

    /** Runs every line against a broker; returns how many there were. */
    static int run(List<String> script, Map<String, String> administrator, Path directory) throws IOException {
        Properties properties = new Properties();
        properties.putAll(administrator);
        Path file = directory.resolve("administrator.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        AtomicInteger failed = new AtomicInteger();
        Exit.setExitProcedure((status, message) -> failed.set(status));
        try {
            int lines = 0;
            for (String line : script) {
                if (!line.startsWith("#")) {
                    AclCommand.main(arguments(line, administrator.getOrDefault("bootstrap.servers", ""), file));
                    assertThat(failed).as(line).hasValue(0);
                    lines++;
                }
            }
            return lines;
        } finally {
            Exit.resetExitProcedure();
        }
    }

    private static String[] arguments(String line, String bootstrapServers, Path properties) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            String word = matcher.group(1) != null
                    ? matcher.group(1)
                    : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            words.add(word.replace("$SLUICE_BOOTSTRAP_SERVERS", bootstrapServers)
                    .replace("$SLUICE_KAFKA_CONFIG_FILE", properties.toString()));
        }
        assertThat(words.remove(0)).isEqualTo(TOOL);
        return words.toArray(String[]::new);
    }
}
