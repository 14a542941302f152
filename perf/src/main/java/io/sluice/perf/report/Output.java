package io.sluice.perf.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The forms in which tables are printed. */
public enum Output {
    /** Aligned columns. */
    TEXT {
        @Override
        public String of(List<Table> tables) {
            return tables.stream().map(Output::text).collect(Collectors.joining("\n"));
        }
    },
    /** One JSON document. */
    JSON {
        @Override
        public String of(List<Table> tables) {
            return json(tables);
        }
    };

    private static final int FIGURE_CHARS = 14;

    public abstract String of(List<Table> tables);

    private static String text(Table table) {
        int nameChars =
                table.rows().stream().mapToInt(row -> row.name().length()).max().orElse(0) + 2;
        StringBuilder text = new StringBuilder(table.title()).append('\n');
        text.append(" ".repeat(nameChars));
        table.columns().forEach(column -> text.append(padded(column)));
        text.append('\n');
        for (Table.Row row : table.rows()) {
            text.append("  ")
                    .append(row.name())
                    .append(" ".repeat(nameChars - 2 - row.name().length()));
            row.figures().forEach(figure -> text.append(padded(number(figure))));
            text.append('\n');
        }
        return text.toString();
    }

    private static String padded(String text) {
        return " ".repeat(Math.max(1, FIGURE_CHARS - text.length())) + text;
    }

    /** Three digits that count, or all before the point. */
    private static String number(double value) {
        double size = Math.abs(value);
        String form = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, form, value);
    }

    private static String json(List<Table> tables) {
        ObjectMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode list = root.putArray("tables");
        for (Table table : tables) {
            ObjectNode one = list.addObject().put("title", table.title());
            ObjectNode rows = one.putObject("rows");
            for (Table.Row row : table.rows()) {
                ObjectNode figures = rows.putObject(row.name());
                for (int i = 0; i < table.columns().size(); i++) {
                    figures.put(table.columns().get(i), row.figures().get(i));
                }
            }
        }
        return root.toPrettyString() + "\n";
    }
}
