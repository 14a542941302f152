package io.sluice.cli.deploy;

import static io.sluice.cli.deploy.Manifests.at;
import static io.sluice.cli.deploy.Manifests.list;
import static io.sluice.cli.deploy.Manifests.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sluice.cli.Sluice;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests are what Kubernetes, Strimzi and the Prometheus operator take, and agree with each other. */
final class ManifestsTest {
    private static final Map<String, Class<?>> STRIMZI = Map.of(
            "Kafka", Kafka.class,
            "KafkaNodePool", KafkaNodePool.class,
            "KafkaTopic", KafkaTopic.class,
            "KafkaUser", KafkaUser.class);
    private static final Map<String, String> PROMETHEUS = Map.of(
            "ServiceMonitor", "servicemonitors",
            "PrometheusRule", "prometheusrules");
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
    private static final String ALERTS = "deploy/prometheus/alerts.yml";

    @TempDir
    private Path directory;

    private static Manifests overlay(String name) throws Exception {
        return Manifests.render(Manifests.ROOT.resolve("k8s/overlays").resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldBeTakenByKubernetes_whenCheckedStrictly(String overlay) throws Exception {
        assertTaken(overlay(overlay));
    }

    @Test
    void shouldBeTakenByKubernetes_whenStreamsAppsScaleByThemselves() throws Exception {
        // Given the overlay as its comment describes it
        Path kustomization = Files.createDirectories(Path.of("target", "k8s-autoscaling"));
        Files.writeString(kustomization.resolve("kustomization.yaml"), """
                resources: [../../../k8s/overlays/prod]
                components: [../../../k8s/components/streams-app-autoscaling]
                """);

        // When
        Manifests manifests = Manifests.render(kustomization.toAbsolutePath());

        // Then
        assertThat(manifests.ofKind("HorizontalPodAutoscaler"))
                .extracting(Manifests::name)
                .contains("request-api", "streams-app");
        assertThat(at(manifests.ofKind("StatefulSet").get(0), "spec", "replicas"))
                .isNull();
        assertTaken(manifests);
    }

    @Test
    void shouldBeTakenByKubernetes_withAReplyReplica() throws Exception {
        // Given the overlay as its comment describes it
        Path kustomization = Files.createDirectories(Path.of("target", "k8s-replica"));
        Files.writeString(kustomization.resolve("kustomization.yaml"), """
                resources: [../../../k8s/overlays/prod]
                components: [../../../k8s/components/reply-replica]
                """);

        // When
        Manifests manifests = Manifests.render(kustomization.toAbsolutePath());

        // Then: it may talk to Kafka, and Prometheus to it
        assertThat(manifests.ofKind("Deployment")).extracting(Manifests::name).contains("reply-replica");
        assertThat(manifests.ofKind("NetworkPolicy").stream()
                        .filter(policy -> policy.toString().contains("reply-replica")))
                .extracting(Manifests::name)
                .containsExactlyInAnyOrder("sluice-default-deny", "sluice-to-kafka-and-dns", "sluice-from-prometheus");
        assertTaken(manifests);
    }

    private void assertTaken(Manifests manifests) throws Exception {
        Assumptions.assumeTrue(
                Manifests.isInstalled("kubernetes-validate"),
                "kubernetes-validate is not installed (pip install kubernetes-validate==1.37.0)");
        Path rendered = Files.writeString(directory.resolve("rendered.yaml"), manifests.text());

        // When
        String output =
                Manifests.run(List.of("kubernetes-validate", "-k", "1.37", "--strict", "--quiet", rendered.toString()));

        // Then every resource passed, but for those of operators
        Set<String> unknown = new TreeSet<>();
        output.lines().forEach(line -> {
            assertThat(line).contains("Couldn't find schema for kind ");
            unknown.add(line.replaceFirst(".*for kind (\\S+) .*", "$1"));
        });
        Set<String> expected = new TreeSet<>(STRIMZI.keySet());
        expected.addAll(PROMETHEUS.keySet());
        assertThat(unknown).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldBeTakenByStrimzi_whenReadIntoItsOwnClasses(String overlay) throws Exception {
        // Given
        ObjectMapper strict = strict();
        int read = 0;

        // When / Then
        for (Map<String, Object> resource : overlay(overlay).resources()) {
            Class<?> type = STRIMZI.get(String.valueOf(resource.get("kind")));
            if (type != null) {
                assertThat(resource).containsEntry("apiVersion", "kafka.strimzi.io/v1");
                assertThat(strict.convertValue(resource, type))
                        .as(name(resource))
                        .isNotNull();
                read++;
            }
        }
        assertThat(read).isGreaterThan(15);
    }

    /** Strimzi's classes keep what they do not know; here it is a mistake. */
    private static ObjectMapper strict() {
        return new ObjectMapper()
                .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                    @Override
                    public Boolean hasAnySetter(Annotated annotated) {
                        return Boolean.FALSE;
                    }
                })
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldBeTakenByThePrometheusOperator_whenCheckedByItsSchemas(String overlay) throws Exception {
        // Given
        ObjectMapper json = new ObjectMapper();
        int checked = 0;

        // When / Then
        for (Map<String, Object> resource : overlay(overlay).resources()) {
            String schema = PROMETHEUS.get(String.valueOf(resource.get("kind")));
            if (schema != null) {
                assertThat(schema(schema).validate(json.writeValueAsString(resource), InputFormat.JSON))
                        .as(name(resource))
                        .isEmpty();
                checked++;
            }
        }
        assertThat(checked).isEqualTo(4);
    }

    private static Schema schema(String name) {
        return SCHEMAS.getSchema(SchemaLocation.of("classpath:prometheus-operator/" + name + ".schema.json"));
    }

    @Test
    void shouldBeRefused_whenAMemberDoesNotExist() throws Exception {
        // Given the same checks
        Map<String, Object> user = Map.of(
                "apiVersion", "kafka.strimzi.io/v1", "kind", "KafkaUser", "spec", Map.of("authorisation", Map.of()));
        String monitor = "{\"spec\":{\"selector\":{},\"endpoints\":[{\"prot\":\"admin\"}]}}";

        // When / Then
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> strict().convertValue(user, KafkaUser.class)))
                .hasMessageContaining("authorisation");
        assertThat(schema("servicemonitors").validate(monitor, InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void shouldBeWhatTheCommandPrints_forTopicsAndUsers() {
        // Given
        StringWriter out = new StringWriter();

        // When
        int code = Sluice.commandLine()
                .setOut(new PrintWriter(out))
                .execute("topics", "manifests", "--reply-partitions", "24", "--replication-factor", "3");

        // Then
        assertThat(code).isZero();
        assertThat(Manifests.read("k8s/base/kafka-resources.yaml"))
                .as("run ./dev manifests")
                .isEqualTo(out.toString());
    }

    @Test
    void shouldHaveTheAlertsOfPrometheus_inItsResource() {
        // Given
        Assumptions.assumeTrue(Files.exists(Manifests.ROOT.resolve(ALERTS)), ALERTS + " is not there");

        // When
        Object resource =
                Manifests.parse(Manifests.read("k8s/base/prometheus-rule.yaml")).get(0);

        // Then
        assertThat(at(resource, "spec"))
                .as("run ./dev manifests")
                .isEqualTo(Manifests.parse(Manifests.read(ALERTS)).get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldMeetTheRestrictedStandard_inEveryPod(String overlay) throws Exception {
        for (Map<String, Object> workload : overlay(overlay).workloads()) {
            // Given
            Object pod = at(workload, "spec", "template", "spec");
            Object container = at(pod, "containers", 0);

            // When / Then
            assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
            assertThat(at(pod, "securityContext", "runAsUser")).isEqualTo(10001);
            assertThat(at(pod, "securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
            assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
            assertThat(at(container, "securityContext", "readOnlyRootFilesystem"))
                    .isEqualTo(true);
            assertThat(at(container, "securityContext", "allowPrivilegeEscalation"))
                    .isEqualTo(false);
            assertThat(list(container, "securityContext", "capabilities", "drop"))
                    .isEqualTo(List.of("ALL"));
            // RocksDB's library and Kafka's compression unpack theirs there.
            assertThat(list(container, "volumeMounts")).anyMatch(mount -> "/tmp".equals(at(mount, "mountPath")));
            assertThat((Integer) at(pod, "terminationGracePeriodSeconds")).isGreaterThanOrEqualTo(20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldSelectPods_whateverSelects(String overlay) throws Exception {
        // Given
        Manifests manifests = overlay(overlay);
        List<Map<String, String>> pods = new ArrayList<>();
        for (Map<String, Object> workload : manifests.workloads()) {
            pods.add(labels(at(workload, "spec", "template", "metadata", "labels")));
        }
        List<Map<String, String>> selectors = new ArrayList<>();
        manifests.ofKind("Service").forEach(each -> selectors.add(labels(at(each, "spec", "selector"))));
        for (String kind : List.of("PodDisruptionBudget", "StatefulSet", "Deployment")) {
            manifests.ofKind(kind).forEach(each -> selectors.add(labels(at(each, "spec", "selector", "matchLabels"))));
        }

        // When / Then
        assertThat(selectors)
                .hasSize(9)
                .allSatisfy(selector -> assertThat(pods)
                        .filteredOn(pod -> pod.entrySet().containsAll(selector.entrySet()))
                        .hasSize(1));
        Set<String> services = new TreeSet<>();
        manifests.ofKind("Service").forEach(service -> services.add(name(service)));
        for (Map<String, Object> monitor : manifests.ofKind("ServiceMonitor")) {
            assertThat(services).contains(name(monitor));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> labels(Object tree) {
        return (Map<String, String>) tree;
    }

    @Test
    void shouldBeOfThisVersion_forImageAndKafka() throws Exception {
        // Given
        Manifests manifests = overlay("prod");
        String version = Sluice.commandLine().getCommandSpec().version()[0].replace("sluice ", "");

        // When / Then
        assertThat(manifests.workloads())
                .extracting(workload -> at(workload, "spec", "template", "spec", "containers", 0, "image"))
                .containsOnly("sluice:" + version);
        assertThat(at(manifests.ofKind("Kafka").get(0), "spec", "kafka", "version"))
                .isEqualTo(AppInfoParser.getVersion());
    }

    @Test
    void shouldHaveAReplyPartitionForEachFrontEnd_whenAllAreScaledUp() throws Exception {
        // Given
        Manifests manifests = overlay("prod");
        int replies = (int) at(
                manifests.ofKind("KafkaTopic").stream()
                        .filter(topic -> name(topic).equals("sluice.replies.v1"))
                        .findFirst()
                        .orElseThrow(),
                "spec",
                "partitions");

        // When
        int most = (int) at(manifests.ofKind("HorizontalPodAutoscaler").get(0), "spec", "maxReplicas");
        int operators = (int) at(
                manifests.workloads().stream()
                        .filter(workload -> name(workload).equals("admin-api"))
                        .findFirst()
                        .orElseThrow(),
                "spec",
                "replicas");

        // Then there is room for the pods that an update adds; one for operators reads replies of two kinds
        assertThat(most + 1 + 2 * (operators + 1)).isLessThanOrEqualTo(replies);
    }
}
