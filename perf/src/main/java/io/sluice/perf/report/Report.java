package io.sluice.perf.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All rows of a run, as a Markdown table for readers and as a JSON document with every run for programs. */
public record Report(Environment environment, List<Row> rows) {
    private static final String HEAD = """
            | # | figure | median | unit | ÷ baseline | min–max | baseline | goal | |
            | --- | --- | ---: | --- | ---: | --- | --- | --- | --- |
            """;

    public Report {
        rows = List.copyOf(rows);
    }

    /** The rows of the table, under a line that says where they come from. */
    public String markdown() {
        Environment e = environment;
        String origin = "Revision " + e.revision() + ", " + e.date() + ", scale `" + e.scale() + "`, " + e.cores()
                + " cores, " + (e.memoryBytes() >> 30) + " GiB, "
                + (e.serverVersion() == null ? e.version() : e.serverVersion() + " `" + flags() + "`") + ".\n\n";
        return origin
                + HEAD
                + rows.stream().filter(Row::inTable).map(Report::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private String flags() {
        return String.join(" ", environment.serverFlags());
    }

    private static String line(Row row) {
        Spread ratio = row.ratio();
        Row.Baseline baseline = row.baseline();
        Goal goal = row.goal();
        Boolean met = row.met();
        return Stream.of(
                        row.scenario(),
                        row.figure(),
                        row.runs().isEmpty()
                                ? "–"
                                : Numbers.text(Spread.of(row.runs()).median()),
                        row.unit(),
                        ratio == null ? "" : Numbers.text(ratio.median()),
                        ratio == null ? "" : Numbers.text(ratio.min()) + "–" + Numbers.text(ratio.max()),
                        baseline == null
                                ? ""
                                : baseline.name() + ": "
                                        + Numbers.text(
                                                Spread.of(baseline.runs()).median()),
                        goal == null ? "" : goal.text(),
                        Stream.of(met == null ? "" : met ? "met" : "**not met**", row.note())
                                .filter(text -> !text.isEmpty())
                                .collect(Collectors.joining("; ")))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** Everything, with every run. */
    public String json() {
        ObjectMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        ObjectNode root = mapper.createObjectNode();
        root.put("revision", environment.revision())
                .put("date", environment.date().toString())
                .put("scale", environment.scale())
                .put("cores", environment.cores())
                .put("memoryBytes", environment.memoryBytes())
                .put("jvm", environment.version());
        environment.flags().forEach(root.putArray("flags")::add);
        root.put("serverJvm", environment.serverVersion());
        environment.serverFlags().forEach(root.putArray("serverFlags")::add);
        ArrayNode list = root.putArray("rows");
        rows.forEach(row -> write(row, list.addObject()));
        return root.toPrettyString() + "\n";
    }

    private static void write(Row row, ObjectNode node) {
        node.put("scenario", row.scenario()).put("figure", row.figure()).put("unit", row.unit());
        row.runs().forEach(node.putArray("runs")::add);
        if (!row.runs().isEmpty()) {
            node.put("median", Spread.of(row.runs()).median());
        }
        Row.Baseline baseline = row.baseline();
        Spread ratio = row.ratio();
        if (baseline != null && ratio != null) {
            ObjectNode other = node.putObject("baseline").put("name", baseline.name());
            baseline.runs().forEach(other.putArray("runs")::add);
            other.put("median", Spread.of(baseline.runs()).median());
            node.putObject("ratio")
                    .put("median", ratio.median())
                    .put("min", ratio.min())
                    .put("max", ratio.max());
        }
        Goal goal = row.goal();
        if (goal != null) {
            node.put("goal", goal.text()).put("met", row.met());
        }
        if (!row.note().isEmpty()) {
            node.put("note", row.note());
        }
    }
}
