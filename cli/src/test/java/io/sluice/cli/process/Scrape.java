package io.sluice.cli.process;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in an answer of {@code /metrics}.
 *
 * @param series the names of series, as PromQL uses them
 * @param families the names that have a type; a histogram and its greatest value are one
 */
record Scrape(Set<String> series, Set<String> families) {
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{| )");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");

    static Scrape of(String text) {
        Set<String> series = new TreeSet<>();
        SERIES.matcher(text).results().forEach(match -> series.add(match.group(1)));
        Set<String> families = new TreeSet<>();
        Set<String> measured = new TreeSet<>();
        Matcher type = TYPE.matcher(text);
        while (type.find()) {
            families.add(type.group(1));
            if (type.group(2).equals("histogram")) {
                measured.add(type.group(1) + "_max");
            }
        }
        families.removeAll(measured);
        return new Scrape(series, families);
    }
}
