package io.sluice.cli.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Rules, dashboards and runbooks of the repository, read for the tests. */
public final class DeployedFiles {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path PROMETHEUS = ROOT.resolve("deploy/prometheus");
    static final Path RUNBOOKS = ROOT.resolve("docs/runbooks");
    private static final Path DASHBOARDS = ROOT.resolve("deploy/grafana/dashboards");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

    private DeployedFiles() {}

    /** One rule of a rules file. */
    record Rule(String name, boolean isAlert, String expression, Map<?, ?> yaml) {}

    /** All rules, recording rules included. */
    static List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (Object group : list(map(yaml(PROMETHEUS.resolve("alerts.yml"))), "groups")) {
            for (Object each : list(map(group), "rules")) {
                Map<?, ?> rule = map(each);
                boolean isAlert = rule.containsKey("alert");
                rules.add(new Rule(text(rule, isAlert ? "alert" : "record"), isAlert, text(rule, "expr"), rule));
            }
        }
        return rules;
    }

    static Object yaml(Path file) {
        return new Load(LoadSettings.builder().setCodePointLimit(1 << 22).build()).loadFromString(read(file));
    }

    /** The dashboards by their file names; JSON is YAML. */
    static Map<String, Map<?, ?>> dashboards() {
        Map<String, Map<?, ?>> dashboards = new TreeMap<>();
        for (Path file : files(DASHBOARDS, ".json")) {
            dashboards.put(file.getFileName().toString(), map(yaml(file)));
        }
        return dashboards;
    }

    static List<Map<?, ?>> panels(Map<?, ?> dashboard) {
        List<Map<?, ?>> panels = new ArrayList<>();
        for (Object panel : list(dashboard, "panels")) {
            if (!"row".equals(map(panel).get("type"))) {
                panels.add(map(panel));
            }
        }
        return panels;
    }

    static Map<String, Path> runbooks() {
        Map<String, Path> runbooks = new TreeMap<>();
        for (Path file : files(RUNBOOKS, ".md")) {
            String name = file.getFileName().toString().replace(".md", "");
            if (!name.equals("README")) {
                runbooks.put(name, file);
            }
        }
        return runbooks;
    }

    /** The fenced blocks of all runbooks that are written in this language. */
    public static List<String> blocks(String language) {
        List<String> blocks = new ArrayList<>();
        for (Path file : runbooks().values()) {
            Matcher block = BLOCK.matcher(read(file));
            while (block.find()) {
                if (block.group(1).equals(language)) {
                    blocks.add(block.group(2).strip());
                }
            }
        }
        return blocks;
    }

    /** The expressions in runbooks: blank lines separate them. */
    static List<String> runbookExpressions() {
        List<String> expressions = new ArrayList<>();
        blocks("promql").forEach(block -> expressions.addAll(List.of(block.split("\n\n"))));
        return expressions;
    }

    static List<String> dashboardExpressions() {
        List<String> expressions = new ArrayList<>();
        dashboards().values().forEach(dashboard -> {
            panels(dashboard)
                    .forEach(panel -> list(panel, "targets")
                            .forEach(target -> expressions.add(PromQl.filled(text(map(target), "expr")))));
            list(map(dashboard.get("annotations")), "list")
                    .forEach(annotation -> expressions.add(
                            PromQl.filled(text(map(map(annotation).get("target")), "expr"))));
        });
        return expressions;
    }

    /** Every expression of an operator's files by the place where it stands. */
    public static Map<String, List<String>> expressions() {
        Map<String, List<String>> expressions = new LinkedHashMap<>();
        expressions.put("alerts", rules().stream().map(Rule::expression).toList());
        expressions.put("dashboards", dashboardExpressions());
        expressions.put("runbooks", runbookExpressions());
        return expressions;
    }

    /** The names that recording rules give. */
    public static List<String> recorded() {
        return rules().stream().filter(rule -> !rule.isAlert()).map(Rule::name).toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path directory, String suffix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    static List<?> list(Map<?, ?> map, String name) {
        return map.get(name) instanceof List<?> list ? list : List.of();
    }

    static String text(Map<?, ?> map, String name) {
        return String.valueOf(map.get(name));
    }
}
