package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for reaching Kafka. They accept every Kafka client property, including TLS and SASL; later sources
 * override earlier ones: a properties file, {@code SLUICE_KAFKA_*} variables, {@code --kafka-property}.
 */
public final class KafkaOptions {
    private static final String VARIABLE_PREFIX = "SLUICE_KAFKA_";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SLUICE_BOOTSTRAP_SERVERS}",
            description = "Kafka brokers, host:port[,host:port...] (or $SLUICE_BOOTSTRAP_SERVERS).")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_KAFKA_CONFIG_FILE}",
            description = "Properties file with Kafka client properties (or $SLUICE_KAFKA_CONFIG_FILE).")
    private @Nullable Path file;

    @Option(
            names = "--kafka-property",
            paramLabel = "NAME=VALUE",
            description = "One Kafka client property; repeatable. $SLUICE_KAFKA_SECURITY_PROTOCOL sets"
                    + " security.protocol, and so on.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /** Whether the caller named a cluster. */
    public boolean isGiven() {
        return bootstrapServers != null || file != null || properties.containsKey("bootstrap.servers");
    }

    /** The properties, {@code bootstrap.servers} among them. */
    public Map<String, String> read() throws CommandFailure {
        Map<String, String> merged = new TreeMap<>(fileProperties());
        merged.putAll(variables(System.getenv()));
        merged.putAll(properties);
        if (bootstrapServers != null) {
            merged.put("bootstrap.servers", bootstrapServers);
        }
        if (!merged.containsKey("bootstrap.servers")) {
            throw new CommandFailure(
                    "bootstrap servers: missing (expected: --bootstrap-servers or $SLUICE_BOOTSTRAP_SERVERS)");
        }
        return merged;
    }

    /**
     * The properties, after a check whether Kafka answers at the addresses at all.
     *
     * @throws CommandFailure if something else answers there, such as HTTP or TLS
     */
    public Map<String, String> reachable() throws CommandFailure {
        Map<String, String> merged = read();
        BrokerProbe.check(merged);
        return merged;
    }

    private Map<String, String> fileProperties() throws CommandFailure {
        Map<String, String> read = new TreeMap<>();
        if (file == null) {
            return read;
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            Properties loaded = new Properties();
            loaded.load(reader);
            loaded.stringPropertyNames().forEach(name -> read.put(name, loaded.getProperty(name)));
            return read;
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure("Kafka configuration " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** {@code SLUICE_KAFKA_SSL_TRUSTSTORE_LOCATION} is {@code ssl.truststore.location}. */
    static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> read = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(VARIABLE_PREFIX) && !name.equals("SLUICE_KAFKA_CONFIG_FILE")) {
                String property = name.substring(VARIABLE_PREFIX.length());
                read.put(property.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return read;
    }
}
