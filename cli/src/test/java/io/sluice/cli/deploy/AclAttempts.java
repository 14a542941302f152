package io.sluice.cli.deploy;

import io.sluice.schemas.topic.KafkaRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Everything that one role tries at a broker; what came of it is kept by role, resource and operation. */
final class AclAttempts implements AutoCloseable {
    private static final Duration READ_WITHIN = Duration.ofMinutes(3);
    private static final byte[] RECORD = {'{', '}'};

    private final KafkaRole role;
    private final Map<String, String> properties;
    private final Admin admin;
    private final Map<String, Boolean> allowed = new TreeMap<>();

    AclAttempts(KafkaRole role, Map<String, String> properties) {
        this.role = role;
        this.properties = properties;
        this.admin = Admin.create(new HashMap<>(properties));
    }

    /** An attempt as the maps name it. */
    static String name(KafkaRole role, String resource, String operation) {
        return role.id() + " " + operation + " " + resource;
    }

    /** Which attempts were allowed. */
    Map<String, Boolean> allowed() {
        return allowed;
    }

    private void note(String resource, String operation, boolean isAllowed) {
        allowed.put(name(role, resource, operation), isAllowed);
    }

    void tryTopics(List<String> topics) throws Exception {
        write(topics);
        read(topics);
        each(
                topics,
                "DESCRIBE_CONFIGS",
                topic ->
                        admin.describeConfigs(List.of(resource(topic))).values().get(resource(topic)));
        each(
                topics,
                "CREATE",
                topic -> admin.createTopics(
                                List.of(new NewTopic(topic, 1, (short) 1)),
                                new CreateTopicsOptions().validateOnly(true))
                        .all());
        each(
                topics,
                "ALTER",
                topic -> admin.createPartitions(
                                Map.of(topic, NewPartitions.increaseTo(50)),
                                new CreatePartitionsOptions().validateOnly(true))
                        .all());
        AlterConfigOp shorter = new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET);
        each(
                topics,
                "ALTER_CONFIGS",
                topic -> admin.incrementalAlterConfigs(
                                Map.of(resource(topic), List.of(shorter)), new AlterConfigsOptions().validateOnly(true))
                        .all());
        each(
                topics,
                "DELETE_RECORDS",
                topic -> admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(0)))
                        .all());
        each(topics, "DELETE", topic -> admin.deleteTopics(List.of(topic)).all());
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private void each(List<String> resources, String operation, Function<String, KafkaFuture<?>> attempt)
            throws Exception {
        Map<String, KafkaFuture<?>> answers = new TreeMap<>();
        resources.forEach(resource -> answers.put(resource, attempt.apply(resource)));
        for (Map.Entry<String, KafkaFuture<?>> answer : answers.entrySet()) {
            note(answer.getKey(), operation, isAllowed(answer.getValue()));
        }
    }

    private static boolean isAllowed(KafkaFuture<?> answer) throws Exception {
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return false;
            }
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            throw e;
        }
    }

    private void write(List<String> topics) throws Exception {
        Map<String, Object> config = new HashMap<>(properties);
        // An idempotent producer that may write nowhere would fail before it names a topic.
        config.put("enable.idempotence", false);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String topic : topics) {
                boolean isAllowed = true;
                try {
                    producer.send(new ProducerRecord<>(topic, 0, RECORD, RECORD))
                            .get();
                } catch (ExecutionException e) {
                    isAllowed = refusedOrThrow(e);
                }
                note(topic, "WRITE", isAllowed);
            }
        }
    }

    private static boolean refusedOrThrow(ExecutionException e) throws ExecutionException {
        if (e.getCause() instanceof AuthorizationException) {
            return false;
        }
        throw e;
    }

    private void read(List<String> topics) {
        Map<String, Object> config = new HashMap<>(properties);
        config.put("allow.auto.create.topics", false);
        config.put("fetch.max.wait.ms", 20);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (String topic : topics) {
                note(topic, "READ", isRead(consumer, topic));
            }
        }
    }

    private static boolean isRead(Consumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
        consumer.assign(partition);
        long deadlineNanos = System.nanoTime() + READ_WITHIN.toNanos();
        try {
            consumer.seekToBeginning(partition);
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw new AssertionError(topic + ": neither read nor refused within " + READ_WITHIN);
                }
            }
            return true;
        } catch (AuthorizationException e) {
            return false;
        }
    }

    void tryGroups(List<String> groups) throws Exception {
        each(groups, "DESCRIBE", group -> admin.listConsumerGroupOffsets(group).all());
    }

    void tryTransactionalIds(List<String> ids) {
        for (String id : ids) {
            Map<String, Object> config = new HashMap<>(properties);
            config.put("transactional.id", id);
            config.put("transaction.timeout.ms", 10_000);
            boolean isAllowed = true;
            try (Producer<byte[], byte[]> producer =
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
            } catch (AuthorizationException e) {
                isAllowed = false;
            }
            note(id, "WRITE", isAllowed);
        }
    }

    /** The brokers' settings, and those of the cluster. */
    void tryCluster() throws Exception {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        List<String> cluster = new ArrayList<>(List.of("cluster"));
        each(
                cluster,
                "DESCRIBE_CONFIGS",
                name -> admin.describeConfigs(List.of(broker)).values().get(broker));
        each(
                cluster,
                "DESCRIBE_ACLS",
                name -> admin.describeAcls(AclBindingFilter.ANY).values());
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
