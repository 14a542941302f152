package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.DescriptorRequest.Asked;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A generator of requests for every descriptor of a configuration; a seed decides their order.
 *
 * <p>There are few values, so that counters fill. Hits are often as many as are left, so that limits of any size are
 * reached. Some requests miss a level, have one too many, or have entries in another order. Between two requests,
 * time stands still, or moves a little, or to the end of a window and beyond.
 */
final class DescriptorRequests {
    /** Where time begins: in the middle of windows of every unit. */
    private static final long BEGIN_MILLIS = 1_790_000_012_345L;

    private static final int VALUES = 3;
    private static final int DESCRIPTORS_MAX = 3;
    private static final List<String> OTHER_VALUES = List.of("", "other", "*", "x_y");

    /** A descriptor with a limit, as the way down to it. */
    private record Target(String domain, List<DescriptorNode> way) {}

    private final List<Target> targets = new ArrayList<>();
    private final SplittableRandom random;
    private long nowMillis = BEGIN_MILLIS;
    private int next;

    DescriptorRequests(List<DescriptorDomain> domains, long seed) {
        this.random = new SplittableRandom(seed);
        domains.forEach(domain -> collect(domain.name(), domain.children(), List.of()));
    }

    private void collect(String domain, List<DescriptorNode> nodes, List<DescriptorNode> way) {
        for (DescriptorNode node : nodes) {
            List<DescriptorNode> further = new ArrayList<>(way);
            further.add(node);
            if (node.limit() != null || node.children().isEmpty()) {
                targets.add(new Target(domain, List.copyOf(further)));
            }
            collect(domain, node.children(), further);
        }
    }

    /** Whether there is anything to ask about. */
    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** The next request. Each descriptor gets its turn; others are asked for beside it now and then. */
    DescriptorRequest next() {
        Target target = targets.get(next++ % targets.size());
        advance(target);
        List<Asked> asked = new ArrayList<>();
        asked.add(asked(target));
        while (asked.size() < DESCRIPTORS_MAX && random.nextInt(4) == 0) {
            Target other = targets.get(random.nextInt(targets.size()));
            if (other.domain().equals(target.domain())) {
                asked.add(asked(other));
            }
        }
        return new DescriptorRequest(target.domain(), asked, nowMillis);
    }

    private void advance(Target target) {
        DescriptorLimit limit = target.way().get(target.way().size() - 1).limit();
        long windowMillis =
                limit == null || limit.unit() == null ? 1_000 : limit.unit().millis();
        long leftMillis = windowMillis - Math.floorMod(nowMillis, windowMillis);
        nowMillis += switch (random.nextInt(20)) {
            case 0 -> leftMillis;
            case 1 -> leftMillis - 1;
            case 2 -> random.nextLong(windowMillis);
            case 3, 4, 5 -> random.nextLong(100);
            default -> 0;
        };
    }

    private Asked asked(Target target) {
        List<DescriptorEntry> entries = new ArrayList<>();
        for (DescriptorNode node : target.way()) {
            entries.add(new DescriptorEntry(node.key(), value(node)));
        }
        switch (random.nextInt(24)) {
            case 0 -> entries.add(new DescriptorEntry("another", "1"));
            case 1 -> entries.add(0, new DescriptorEntry("another", "1"));
            case 2 -> entries.remove(entries.size() - 1);
            case 3 -> entries.add(entries.remove(0));
            case 4 -> entries.add(entries.get(entries.size() - 1));
            default -> {
                // As it is in the configuration.
            }
        }
        DescriptorLimit limit = target.way().get(target.way().size() - 1).limit();
        return new Asked(entries, hits(limit == null ? 1 : limit.requestsPerUnit()));
    }

    private String value(DescriptorNode node) {
        if (random.nextInt(20) == 0) {
            return OTHER_VALUES.get(random.nextInt(OTHER_VALUES.size()));
        }
        if (node.isWildcard() && !node.isKeyWildcard()) {
            return node.prefix() + random.nextInt(VALUES);
        }
        return node.value().isEmpty() ? "v" + random.nextInt(VALUES) : node.value();
    }

    private long hits(long limit) {
        long hits = switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> limit;
            case 2 -> limit + 1;
            case 3, 4, 5 -> Math.max(1, limit / 3);
            default -> 1;
        };
        return Math.min(hits, AdmissionRequest.COST_MAX);
    }
}
