package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a deployment may write down about a process: its options, variables, ports and paths. All of it is read out of
 * the code of the commands and of Kafka, so a name that does not exist is noticed.
 */
final class ConfigNames {
    /** Where probes, metrics and descriptions are, on every admin port. */
    private static final Set<String> PATHS = Set.of("/healthz", "/readyz", "/readyz?standbys", "/metrics");

    /** A variable, and what holds without it. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Z_]+)(?::-([^}]*))?}");

    private static final String KAFKA = "SLUICE_KAFKA_";
    /** Read by the launcher, before there is a command. */
    private static final String LAUNCHER = "SLUICE_JAVA_OPTS";

    private final String role;
    private final CommandLine command;

    private ConfigNames(String role, CommandLine command) {
        this.role = role;
        this.command = command;
    }

    /** The names of a role, by its first argument. */
    static ConfigNames of(String role) {
        // Otherwise a default that is a variable would be the value that it has here.
        CommandLine command = Sluice.commandLine()
                .setInterpolateVariables(false)
                .getSubcommands()
                .get(role);
        assertThat(command).as("a command sluice %s", role).isNotNull();
        return new ConfigNames(role, command);
    }

    /** Fails for an option that the command does not have; an option and its value are one word, with {@code =}. */
    void assertArguments(List<String> arguments) {
        for (String argument : arguments) {
            if (argument.startsWith("--")) {
                String[] parts = argument.split("=", 2);
                OptionSpec option = command.getCommandSpec().findOption(parts[0]);
                assertThat(option).as("sluice %s %s", role, argument).isNotNull();
                boolean isFlag = option.arity().max() == 0;
                assertThat(parts.length == 2).as("a value of %s", argument).isNotEqualTo(isFlag);
            }
        }
    }

    /** The default of an option, or what the arguments make of it. */
    String value(String option, List<String> arguments) {
        for (String argument : arguments) {
            if (argument.startsWith(option + "=")) {
                return argument.substring(option.length() + 1);
            }
        }
        OptionSpec spec = command.getCommandSpec().findOption(option);
        assertThat(spec).as("sluice %s %s", role, option).isNotNull();
        String value = String.valueOf(spec.defaultValue());
        Matcher variable = VARIABLE.matcher(value);
        return variable.matches() && variable.group(2) != null ? variable.group(2) : value;
    }

    /** The ports that the process listens on. */
    Set<Integer> ports(List<String> arguments) {
        Set<Integer> ports = new TreeSet<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (option.longestName().endsWith("-port")) {
                ports.add(Integer.valueOf(value(option.longestName(), arguments)));
            }
        }
        return ports;
    }

    /** Fails for a variable that the process does not read. */
    void assertVariable(String name) {
        if (name.startsWith(KAFKA) && !variables().contains(name)) {
            String property =
                    name.substring(KAFKA.length()).toLowerCase(Locale.ROOT).replace('_', '.');
            assertThat(kafkaProperties()).as(name).contains(property);
        } else if (!name.equals(LAUNCHER)) {
            assertThat(variables()).as("variables of sluice %s", role).contains(name);
        }
    }

    static void assertPath(String path) {
        assertThat(PATHS).contains(path);
    }

    /** The variables that stand in the defaults of options. */
    private Set<String> variables() {
        Set<String> variables = new TreeSet<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            String value = option.defaultValue();
            Matcher matcher = VARIABLE.matcher(value == null ? "" : value);
            while (matcher.find()) {
                variables.add(matcher.group(1));
            }
        }
        return variables;
    }

    private static Set<String> kafkaProperties() {
        Set<String> properties = new TreeSet<>(ConsumerConfig.configNames());
        properties.addAll(ProducerConfig.configNames());
        properties.addAll(AdminClientConfig.configNames());
        properties.addAll(StreamsConfig.configDef().names());
        return properties;
    }

    /** Fails for a variable whose required file, directory or address nobody gives. */
    void assertComplete(List<String> arguments, Map<String, String> variables) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            String value = option.defaultValue();
            boolean isGiven = arguments.stream().anyMatch(argument -> argument.startsWith(option.longestName()));
            Matcher matcher = VARIABLE.matcher(value == null ? "" : value);
            if (option.required() && !isGiven && matcher.find()) {
                assertThat(variables).as(option.longestName()).containsKey(matcher.group(1));
            }
        }
    }
}
