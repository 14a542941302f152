package io.sluice.cli.deploy;

import static io.sluice.cli.deploy.Manifests.at;
import static io.sluice.cli.deploy.Manifests.list;
import static io.sluice.cli.deploy.Manifests.name;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option, variable, port, path and secret that the manifests name exists. */
final class ManifestNamesTest {
    @TempDir
    private Path directory;

    private static Manifests overlay(String name) throws Exception {
        return Manifests.render(Manifests.ROOT.resolve("k8s/overlays").resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldExist_forOptionsAndVariables(String overlay) throws Exception {
        // Given
        Manifests manifests = overlay(overlay);
        assertThat(manifests.workloads()).hasSize(3);
        for (Map<String, Object> workload : manifests.workloads()) {
            Object container = at(workload, "spec", "template", "spec", "containers", 0);
            List<String> words = new ArrayList<>(list(container, "args"));
            ConfigNames names = ConfigNames.of(words.remove(0));
            Map<String, String> variables = variables(manifests, container);

            // When / Then
            names.assertArguments(words);
            variables.keySet().forEach(names::assertVariable);
            names.assertComplete(words, variables);
            assertThat(names.value("--host", words)).isEqualTo("0.0.0.0");
            assertPorts(container, names.ports(words));
            assertFiles(at(workload, "spec", "template", "spec"), container, variables);
        }
    }

    /** The values that stand in the manifests; those that come from elsewhere are empty. */
    private static Map<String, String> variables(Manifests manifests, Object container) {
        Map<String, String> variables = new HashMap<>();
        for (Object variable : list(container, "env")) {
            Object value = at(variable, "value");
            variables.put((String) at(variable, "name"), value == null ? "" : value.toString());
        }
        for (Object source : list(container, "envFrom")) {
            Object wanted = at(source, "configMapRef", "name");
            Map<String, Object> map = manifests.ofKind("ConfigMap").stream()
                    .filter(each -> name(each).equals(wanted))
                    .findFirst()
                    .orElseThrow();
            ((Map<?, ?>) map.get("data")).forEach((name, value) -> variables.put((String) name, (String) value));
        }
        return variables;
    }

    private static void assertPorts(Object container, Set<Integer> listening) {
        Set<Object> names = new HashSet<>();
        for (Object port : list(container, "ports")) {
            assertThat(listening).contains((Integer) at(port, "containerPort"));
            names.add(at(port, "name"));
        }
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            ConfigNames.assertPath((String) at(container, probe, "httpGet", "path"));
            assertThat(names).as(probe).contains(at(container, probe, "httpGet", "port"));
        }
    }

    /** Every file that a variable names lies on a volume, and every mount has its volume. */
    private static void assertFiles(Object pod, Object container, Map<String, String> variables) {
        Set<Object> volumes = new HashSet<>(Set.of("state"));
        list(pod, "volumes").forEach(volume -> volumes.add(at(volume, "name")));
        List<String> mounted = new ArrayList<>();
        for (Object mount : list(container, "volumeMounts")) {
            assertThat(volumes).contains(at(mount, "name"));
            mounted.add((String) at(mount, "mountPath"));
        }
        variables.forEach((name, value) -> {
            if (value.startsWith("/")) {
                assertThat(mounted).as("%s=%s", name, value).anyMatch(value::startsWith);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldExist_forServicesAndMonitors(String overlay) throws Exception {
        // Given
        Manifests manifests = overlay(overlay);
        Map<Object, Set<Object>> ports = new HashMap<>();
        for (Map<String, Object> workload : manifests.workloads()) {
            Set<Object> names = new HashSet<>();
            list(workload, "spec", "template", "spec", "containers", 0, "ports")
                    .forEach(port -> names.add(at(port, "name")));
            ports.put(name(workload), names);
        }

        // When / Then
        for (Map<String, Object> service : manifests.ofKind("Service")) {
            for (Object port : list(service, "spec", "ports")) {
                assertThat(ports.get(name(service))).contains(at(port, "targetPort"));
            }
        }
        for (Map<String, Object> monitor : manifests.ofKind("ServiceMonitor")) {
            Object endpoint = at(monitor, "spec", "endpoints", 0);
            ConfigNames.assertPath((String) at(endpoint, "path"));
            Object port = at(endpoint, "port") == null ? at(endpoint, "targetPort") : at(endpoint, "port");
            assertThat(ports.get(name(monitor))).contains(port);
        }
        for (Map<String, Object> policy : manifests.ofKind("NetworkPolicy")) {
            for (Object rule : list(policy, "spec", "ingress")) {
                for (Object allowed : list(rule, "ports")) {
                    Object port = at(allowed, "port");
                    assertThat(ports.values()).as(name(policy)).anyMatch(names -> names.contains(port));
                }
            }
        }
    }

    /** Passwords come from Strimzi's users, its certificate from the cluster, and the README has the rest created. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void shouldExist_forSecretsAndTheirFiles(String overlay) throws Exception {
        // Given
        Manifests manifests = overlay(overlay);
        Set<String> users = new HashSet<>();
        manifests.ofKind("KafkaUser").forEach(user -> users.add(name(user)));
        Map<String, Set<String>> files = ReadmeSecrets.created(directory);
        files.put(name(manifests.ofKind("Kafka").get(0)) + "-cluster-ca-cert", Set.of("ca.crt"));

        for (Map<String, Object> workload : manifests.workloads()) {
            Object pod = at(workload, "spec", "template", "spec");
            Object container = at(pod, "containers", 0);

            // When / Then
            for (Object variable : list(container, "env")) {
                Object secret = at(variable, "valueFrom", "secretKeyRef", "name");
                if (secret != null) {
                    assertThat(users).contains(secret.toString());
                }
            }
            Map<Object, String> objects = new HashMap<>();
            for (Object volume : list(pod, "volumes")) {
                Object secret = at(volume, "secret", "secretName");
                Object object = secret == null ? at(volume, "configMap", "name") : secret;
                if (object != null) {
                    assertThat(files).containsKey(object.toString());
                    objects.put(at(volume, "name"), object.toString());
                }
            }
            Set<String> paths = new HashSet<>();
            for (Object mount : list(container, "volumeMounts")) {
                for (String file : files.getOrDefault(objects.getOrDefault(at(mount, "name"), ""), Set.of())) {
                    paths.add(at(mount, "mountPath") + "/" + file);
                }
            }
            variables(manifests, container).values().stream()
                    .filter(value -> value.startsWith("/etc/"))
                    .forEach(value -> assertThat(paths).contains(value));
        }
    }
}
