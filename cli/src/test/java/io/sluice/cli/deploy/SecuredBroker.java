package io.sluice.cli.deploy;

import io.sluice.schemas.topic.KafkaRole;
import io.sluice.testkit.broker.BrokerExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/** A broker that refuses what no access list allows, with a user for each role. */
final class SecuredBroker {
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required";
    private static final int ITERATIONS = 4_096;

    /** The user who may do everything, known from the broker's configuration. */
    private static final Map<String, String> ADMINISTRATOR = Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            PLAIN + " username=\"admin\" password=\"admin-secret\";");

    /** The controller's listener, which only the broker itself reaches, knows nobody: its principal is ANONYMOUS. */
    private static final Map<String, String> OVERRIDES = Map.of(
            "listener.security.protocol.map",
            "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms",
            "PLAIN,SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol",
            "PLAIN",
            "listener.name.plaintext.plain.sasl.jaas.config",
            PLAIN + " username=\"admin\" password=\"admin-secret\" user_admin=\"admin-secret\";",
            "listener.name.plaintext.scram-sha-512.sasl.jaas.config",
            SCRAM + ";",
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users",
            "User:admin;User:ANONYMOUS");

    private final BrokerExtension broker;

    private SecuredBroker(BrokerExtension broker) {
        this.broker = broker;
    }

    static BrokerExtension extension() {
        return new BrokerExtension(OVERRIDES, ADMINISTRATOR);
    }

    /** Gives each role a user. */
    static SecuredBroker withUsers(BrokerExtension broker) throws Exception {
        List<UserScramCredentialAlteration> users = new ArrayList<>();
        for (KafkaRole role : KafkaRole.values()) {
            users.add(new UserScramCredentialUpsertion(
                    user(role), new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password(role)));
        }
        broker.admin().alterUserScramCredentials(users).all().get();
        return new SecuredBroker(broker);
    }

    private static String user(KafkaRole role) {
        return "sluice-" + role.id();
    }

    private static String password(KafkaRole role) {
        return role.id() + "-secret";
    }

    /** Kafka client properties of a role. */
    Map<String, String> as(KafkaRole role) {
        return Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                SCRAM + " username=\"" + user(role) + "\" password=\"" + password(role) + "\";");
    }

    Map<String, String> asAdministrator() {
        Map<String, String> properties = new HashMap<>(ADMINISTRATOR);
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return properties;
    }

    /** The same as options of a command. */
    List<String> options(KafkaRole role) {
        List<String> options = new ArrayList<>();
        as(role).forEach((name, value) -> options.addAll(List.of("--kafka-property", name + "=" + value)));
        return options;
    }
}
