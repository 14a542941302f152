package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.rules.RulesFile;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** What the Dockerfile and the compose files name is there: commands, options, variables, ports, versions, files. */
final class ContainersTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String FULL = "docker-compose.yml";
    private static final String SINGLE = "compose.single.yml";
    private static final Pattern VARIABLE = Pattern.compile("\\bSLUICE_[A-Z_]*[A-Z]\\b");
    private static final String KAFKA = "SLUICE_KAFKA_";

    private static String text(String path) throws IOException {
        return Files.readString(ROOT.resolve(path));
    }

    private static Map<?, ?> yaml(String path) throws IOException {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setMaxAliasesForCollections(100)
                .build();
        // Its merge keys are resolved below: YAML 1.2 has none.
        return (Map<?, ?>) merged(new Load(settings).loadFromString(text(path)));
    }

    /** The tree with {@code <<} resolved, as engines do. */
    private static Object merged(Object node) {
        if (node instanceof List<?> list) {
            return list.stream().map(ContainersTest::merged).toList();
        }
        if (!(node instanceof Map<?, ?> map)) {
            return node;
        }
        Map<Object, Object> result = new HashMap<>();
        if (map.get("<<") instanceof Map<?, ?> inherited) {
            result.putAll((Map<?, ?>) merged(inherited));
        }
        map.forEach((key, value) -> {
            if (!"<<".equals(key)) {
                result.put(key, merged(value));
            }
        });
        return result;
    }

    private static Map<String, Map<?, ?>> services(String file) throws IOException {
        Map<String, Map<?, ?>> services = new HashMap<>();
        ((Map<?, ?>) yaml(file).get("services"))
                .forEach((name, service) -> services.put(String.valueOf(name), (Map<?, ?>) service));
        return services;
    }

    private static List<String> words(Object list) {
        return list instanceof List<?> words
                ? words.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static String pomVersion(String element) throws IOException {
        MatchResult version = Pattern.compile("<" + element + ">([^<]+)</" + element + ">")
                .matcher(text("pom.xml"))
                .results()
                .findFirst()
                .orElseThrow();
        return version.group(1);
    }

    /** Every variable that the command line reads. */
    private static Set<String> knownVariables() {
        Set<String> known = new TreeSet<>(Set.of("SLUICE_JAVA_OPTS", "SLUICE_ADMIN_KEY", "SLUICE_KEY"));
        List<CommandLine> commands = new ArrayList<>(List.of(Sluice.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
            for (OptionSpec option : commands.get(i).getCommandSpec().options()) {
                // As written: the option itself has the variable's value in place of its name.
                Option written = ((AnnotatedElement) option.userObject()).getAnnotation(Option.class);
                if (written != null) {
                    VARIABLE.matcher(written.defaultValue()).results().forEach(variable -> known.add(variable.group()));
                }
            }
        }
        return known;
    }

    private static boolean isKafkaProperty(String variable) {
        String property =
                variable.substring(KAFKA.length()).toLowerCase(Locale.ROOT).replace('_', '.');
        return StreamsConfig.configDef().names().contains(property);
    }

    @Test
    void shouldNameVariablesThatAreRead_everywhere() throws IOException {
        // Given
        Set<String> known = knownVariables();
        List<Path> files;
        try (Stream<Path> deploy = Files.walk(ROOT.resolve("deploy"))) {
            files = new ArrayList<>(deploy.filter(Files::isRegularFile).toList());
        }
        for (String file : List.of("Dockerfile", FULL, SINGLE)) {
            files.add(ROOT.resolve(file));
        }

        // When
        Set<String> named = new TreeSet<>();
        for (Path file : files) {
            VARIABLE.matcher(Files.readString(file)).results().forEach(variable -> named.add(variable.group()));
        }

        // Then
        assertThat(named).contains("SLUICE_STATE_DIR", "SLUICE_BOOTSTRAP_SERVERS", "SLUICE_KEYS_FILE");
        assertThat(named)
                .allMatch(variable ->
                        known.contains(variable) || (variable.startsWith(KAFKA) && isKafkaProperty(variable)));
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, SINGLE})
    void shouldRunCommandsThatAreUnderstood_always(String file) throws IOException {
        // Given
        String image = "localhost/sluice:" + pomVersion("version");
        int commands = 0;
        for (Map.Entry<String, Map<?, ?>> service : services(file).entrySet()) {
            List<String> command = words(service.getValue().get("command"));
            if (String.valueOf(service.getValue().get("image")).contains("sluice")) {
                // When
                if (!command.isEmpty()) {
                    parsed(command);
                    commands++;
                }

                // Then
                assertThat(service.getValue().get("image")).as(service.getKey()).isEqualTo(image);
                assertThat(service.getValue().get("read_only"))
                        .as(service.getKey() + " read_only")
                        .isEqualTo(true);
            }
        }
        assertThat(commands).isGreaterThanOrEqualTo(4);
    }

    /** A required option may come from a variable, which a test does not have. */
    private static CommandLine parsed(List<String> command) {
        CommandLine sluice = Sluice.commandLine();
        List<String> words = new ArrayList<>(command);
        if (command.get(0).equals("streams-app")) {
            words.addAll(List.of("--state-dir", "/var/lib/sluice/state"));
        }
        CommandLine.ParseResult result = sluice.parseArgs(words.toArray(String[]::new));
        while (result.hasSubcommand()) {
            result = result.subcommand();
        }
        return result.commandSpec().commandLine();
    }

    private static String option(CommandLine command, String name) {
        return String.valueOf(
                command.getCommandSpec().findOption(name).getValue().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, SINGLE})
    void shouldProbePortsThatAreOpen_always(String file) throws IOException {
        // Given
        for (Map.Entry<String, Map<?, ?>> service : services(file).entrySet()) {
            List<String> command = words(service.getValue().get("command"));
            if (command.isEmpty() || !Set.of("streams-app", "request-api").contains(command.get(0))) {
                continue;
            }

            // When
            List<String> probe = words(((Map<?, ?>) service.getValue().get("healthcheck")).get("test"));

            // Then
            assertThat(probe)
                    .as(service.getKey())
                    .containsExactly("CMD", "sluice-health", option(parsed(command), "--admin-port"), "/readyz");
        }
    }

    @Test
    void shouldOpenThePortsOfTheRoles_inTheImageAndAroundIt() throws IOException {
        // Given
        CommandLine api = parsed(List.of("request-api"));
        String http = option(api, "--http-port");
        String admin = option(api, "--admin-port");
        String streams = option(parsed(List.of("streams-app")), "--admin-port");
        String grpc = option(api, "--grpc-port");

        // When / Then
        assertThat(text("Dockerfile")).contains("EXPOSE " + http + " " + admin + " " + streams + " " + grpc + "\n");
        assertThat(text("deploy/image/sluice-health")).contains("probe " + streams + " ", "probe " + admin + " ");
        assertThat(text("deploy/compose/nginx.conf"))
                .contains("server request-api-1:" + http + " ", "server request-api-2:" + http + " ")
                .contains("server request-api-1:" + grpc + " ", "server request-api-2:" + grpc + " ")
                .contains("listen " + grpc + " http2;");
        for (String file : List.of(FULL, SINGLE)) {
            assertThat(text(file)).as(file).contains("${GRPC_PORT:-" + grpc + "}:" + grpc + "\"");
        }
        assertThat(text("deploy/compose/prometheus.yml"))
                .contains("streams-app-1:" + streams, "streams-app-2:" + streams)
                .contains("request-api-1:" + admin, "request-api-2:" + admin);
    }

    @Test
    void shouldHaveTheVersionsOfTheBuild_everywhere() throws IOException {
        // Given
        String kafka = "docker.io/apache/kafka:" + pomVersion("kafka.version");
        String version = pomVersion("version");

        // When
        Set<String> images = Stream.of(text(FULL), text(SINGLE))
                .flatMap(text ->
                        Pattern.compile("image: (\\S*kafka\\S*)").matcher(text).results())
                .map(image -> image.group(1))
                .collect(Collectors.toSet());

        // Then
        for (String document : List.of("README.md", "docs/OPERATIONS.md")) {
            assertThat(Pattern.compile("localhost/sluice:([0-9.]+\\d)")
                            .matcher(text(document))
                            .results())
                    .as(document)
                    .isNotEmpty()
                    .allMatch(image -> image.group(1).equals(version));
        }
        assertThat(images).containsExactly(kafka);
        assertThat(text("deploy/stack/stack.sh")).contains("image=localhost/sluice:" + pomVersion("version") + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, SINGLE})
    void shouldMountFilesAndVolumesThatAreThere_always(String file) throws IOException {
        // Given
        Set<?> volumes = ((Map<?, ?>) yaml(file).get("volumes")).keySet();
        for (Map.Entry<String, Map<?, ?>> service : services(file).entrySet()) {
            for (String mount : words(service.getValue().get("volumes"))) {
                // When
                String source = mount.substring(0, mount.indexOf(':'));

                // Then
                if (source.startsWith("./")) {
                    assertThat(ROOT.resolve(source).normalize())
                            .as(service.getKey())
                            .exists();
                } else {
                    assertThat(volumes.contains(source))
                            .as(service.getKey() + ": volume " + source)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void shouldStartWithTheRulesOfTheReadme_always() throws Exception {
        // Given
        RulesFile readme = RulesFile.read(Path.of("src/main/resources/dev-rules.yaml"));

        // When
        RulesFile compose = RulesFile.read(ROOT.resolve("deploy/compose/rules.yaml"));

        // Then
        assertThat(compose.documentJson()).isEqualTo(readme.documentJson());
    }
}
