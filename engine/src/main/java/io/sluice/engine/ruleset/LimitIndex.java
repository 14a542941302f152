package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one tier, arranged so that finding those that match costs nothing for those that cannot.
 *
 * <p>Each limit is filed under one value that it requires, in this order: an attribute's value, its path, its host, its
 * method. A limit that requires none is kept apart and always checked. Limits that share a value are filed again under
 * the next. A look-up follows only the admission's own values and then checks each limit it met in full:
 *
 * <pre>
 *   plan=gold --&gt; /v1/orders/* --&gt; POST --&gt; [orders-write, orders-burst]
 *                                  GET  --&gt; [orders-read]
 *   /v1/** -----&gt; [everything]
 *   (always) ---&gt; [per-account]
 * </pre>
 */
final class LimitIndex {
    /** Fewer are checked one by one: following an index would cost more. */
    private static final int INDEXED_MIN = 4;

    /** The values that a limit can be filed under, in the order of preference. */
    private enum Dimension {
        ATTRIBUTE,
        PATH,
        HOST,
        METHOD,
        NONE
    }

    /** A limit and its position in the document. */
    private record Entry(int place, Limit limit) {}

    /** One segment of a path; {@code *} is filed apart from literals. */
    private static final class PathNode {
        private final Map<String, PathNode> literals = new HashMap<>();
        private @Nullable PathNode any;
        private final List<Entry> closed = new ArrayList<>();
        private final List<Entry> openEnded = new ArrayList<>();
        private @Nullable LimitIndex closedIndex;
        private @Nullable LimitIndex openEndedIndex;

        void add(Entry entry, PathTemplate path) {
            PathNode node = this;
            for (String segment : path.segments()) {
                node = segment.equals(PathTemplate.ANY) ? node.anyChild() : node.literal(segment);
            }
            (path.openEnded() ? node.openEnded : node.closed).add(entry);
        }

        private PathNode literal(String segment) {
            return literals.computeIfAbsent(segment, absent -> new PathNode());
        }

        private PathNode anyChild() {
            PathNode child = any == null ? new PathNode() : any;
            any = child;
            return child;
        }

        void seal() {
            closedIndex = closed.isEmpty() ? null : new LimitIndex(closed, Dimension.HOST);
            openEndedIndex = openEnded.isEmpty() ? null : new LimitIndex(openEnded, Dimension.HOST);
            literals.values().forEach(PathNode::seal);
            if (any != null) {
                any.seal();
            }
        }

        void collect(Admission admission, List<String> segments, int depth, Found found) {
            if (openEndedIndex != null) {
                openEndedIndex.collect(admission, found);
            }
            if (depth == segments.size()) {
                if (closedIndex != null) {
                    closedIndex.collect(admission, found);
                }
                return;
            }
            PathNode literal = literals.get(segments.get(depth));
            if (literal != null) {
                literal.collect(admission, segments, depth + 1, found);
            }
            if (any != null) {
                any.collect(admission, segments, depth + 1, found);
            }
        }
    }

    /** The limits that match one admission, as they are met. */
    private static final class Found {
        private Entry[] entries = new Entry[8];
        private int size;

        void add(Entry entry) {
            if (size == entries.length) {
                entries = Arrays.copyOf(entries, 2 * size);
            }
            // Few match, so keeping them in the document's order as they come is the cheapest sort.
            int at = size;
            while (at > 0 && entries[at - 1].place() > entry.place()) {
                at--;
            }
            // A path that can be read in two ways may meet a limit twice.
            if (at > 0 && entries[at - 1].place() == entry.place()) {
                return;
            }
            System.arraycopy(entries, at, entries, at + 1, size - at);
            entries[at] = entry;
            size++;
        }

        List<Limit> limits() {
            Limit[] limits = new Limit[size];
            for (int i = 0; i < size; i++) {
                limits[i] = entries[i].limit();
            }
            return List.of(limits);
        }
    }

    private final Map<String, Map<String, LimitIndex>> byAttribute = new HashMap<>();
    private final Map<String, LimitIndex> byHost = new HashMap<>();
    private final Map<String, LimitIndex> byMethod = new HashMap<>();
    private @Nullable PathNode paths;
    private final List<Entry> others = new ArrayList<>();
    /** Every limit in this index. */
    private final List<Limit> all;

    /** Files limits in the order of the document. */
    static LimitIndex of(List<Limit> limits) {
        List<Entry> entries = new ArrayList<>(limits.size());
        for (int i = 0; i < limits.size(); i++) {
            entries.add(new Entry(i, limits.get(i)));
        }
        return new LimitIndex(entries, Dimension.ATTRIBUTE);
    }

    private LimitIndex(List<Entry> entries, Dimension from) {
        all = entries.stream().map(Entry::limit).toList();
        if (entries.size() < INDEXED_MIN || from == Dimension.NONE) {
            others.addAll(entries);
            return;
        }
        Map<String, Map<String, List<Entry>>> attributes = new HashMap<>();
        Map<String, List<Entry>> hosts = new HashMap<>();
        Map<String, List<Entry>> methods = new HashMap<>();
        for (Entry entry : entries) {
            LimitMatch match = entry.limit().match();
            String attribute = from == Dimension.ATTRIBUTE ? attributeOf(match) : null;
            if (attribute != null && match.attributes().get(attribute) instanceof ValueMatch.OneOf oneOf) {
                Map<String, List<Entry>> values = attributes.computeIfAbsent(attribute, absent -> new HashMap<>());
                oneOf.values().forEach(value -> file(values, value, entry));
            } else if (from.compareTo(Dimension.PATH) <= 0 && match.path() != null) {
                PathNode root = paths == null ? new PathNode() : paths;
                paths = root;
                root.add(entry, match.path());
            } else if (from.compareTo(Dimension.HOST) <= 0 && isExact(match.host())) {
                file(hosts, String.valueOf(match.host()), entry);
            } else if (!match.methods().isEmpty()) {
                match.methods().forEach(method -> file(methods, method, entry));
            } else {
                others.add(entry);
            }
        }
        attributes.forEach((name, values) -> byAttribute.put(name, indexes(values, Dimension.PATH)));
        byHost.putAll(indexes(hosts, Dimension.METHOD));
        byMethod.putAll(indexes(methods, Dimension.NONE));
        if (paths != null) {
            paths.seal();
        }
    }

    private static void file(Map<String, List<Entry>> groups, String value, Entry entry) {
        groups.computeIfAbsent(value, absent -> new ArrayList<>()).add(entry);
    }

    private static Map<String, LimitIndex> indexes(Map<String, List<Entry>> groups, Dimension next) {
        Map<String, LimitIndex> indexes = new HashMap<>();
        groups.forEach((value, entries) -> indexes.put(value, new LimitIndex(entries, next)));
        return indexes;
    }

    /** The attribute with the fewest values to choose from; names break ties, so that the index is always the same. */
    private static @Nullable String attributeOf(LimitMatch match) {
        String chosen = null;
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<String, ValueMatch> attribute : match.attributes().entrySet()) {
            if (attribute.getValue() instanceof ValueMatch.OneOf oneOf) {
                int size = oneOf.values().size();
                if (chosen == null
                        || size < fewest
                        || (size == fewest && attribute.getKey().compareTo(chosen) < 0)) {
                    chosen = attribute.getKey();
                    fewest = size;
                }
            }
        }
        return chosen;
    }

    private static boolean isExact(@Nullable String host) {
        return host != null && !host.startsWith("*.");
    }

    /** The limits that match, in the order of the document. */
    List<Limit> matching(Admission admission) {
        if (others.size() == all.size() && areAllMatched(admission)) {
            return all;
        }
        Found found = new Found();
        collect(admission, found);
        return found.limits();
    }

    private boolean areAllMatched(Admission admission) {
        for (int i = 0; i < others.size(); i++) {
            if (!others.get(i).limit().match().appliesTo(admission)) {
                return false;
            }
        }
        return true;
    }

    private void collect(Admission admission, Found found) {
        for (Entry entry : others) {
            check(entry, admission, found);
        }
        for (Map.Entry<String, Map<String, LimitIndex>> attribute : byAttribute.entrySet()) {
            String value = admission.attributes().get(attribute.getKey());
            follow(value == null ? null : attribute.getValue().get(value), admission, found);
        }
        if (paths != null) {
            paths.collect(admission, admission.path().segments(), 0, found);
            List<String> otherReading = admission.path().otherReading();
            if (otherReading != null) {
                paths.collect(admission, otherReading, 0, found);
            }
        }
        follow(byHost.get(admission.host()), admission, found);
        follow(byMethod.get(admission.method()), admission, found);
    }

    private static void follow(@Nullable LimitIndex index, Admission admission, Found found) {
        if (index != null) {
            index.collect(admission, found);
        }
    }

    private static void check(Entry entry, Admission admission, Found found) {
        if (entry.limit().match().appliesTo(admission)) {
            found.add(entry);
        }
    }
}
