package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.DescriptorRequest.Asked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of Envoy's service that counts hits in fixed windows from the epoch, and answers requests.
 *
 * <p>It can count in three ways. They differ in whether a refused request is charged, and whether a limit can replace
 * another.
 */
final class DescriptorCounters {
    /** The way in which requests are answered. */
    enum Counting {
        /** As Envoy's service: every descriptor is charged, even by a request that is refused. */
        AS_THE_SERVICE,
        /** The same, but a request that is refused charges nothing. */
        ALL_OR_NOTHING,
        /** As {@link #ALL_OR_NOTHING}, but no limit replaces another: what an imported ruleset promises. */
        ALL_APPLY
    }

    /** Counters that are kept; beyond it those of windows that are over are dropped. */
    private static final int COUNTERS_MAX = 200_000;

    private record Window(long startMillis, long endMillis, long hits) {}

    private final DescriptorTree tree;
    private final Counting counting;
    private final Map<String, Window> windows = new HashMap<>();

    DescriptorCounters(DescriptorTree tree, Counting counting) {
        this.tree = tree;
        this.counting = counting;
    }

    /** Whether the request may go on. */
    boolean allows(DescriptorRequest request) {
        dropOld(request.atMillis());
        List<DescriptorTree.@Nullable Found> found = limits(request);
        Map<String, Window> pending = new HashMap<>();
        boolean allowed = true;
        for (int i = 0; i < found.size(); i++) {
            DescriptorTree.Found limit = found.get(i);
            WindowUnit unit = limit == null ? null : limit.limit().unit();
            if (limit == null || unit == null) {
                continue;
            }
            long hits = request.descriptors().get(i).hits();
            Window before = pending.getOrDefault(limit.counter(), at(limit.counter(), unit, request.atMillis()));
            Window after = new Window(before.startMillis(), before.endMillis(), before.hits() + hits);
            boolean isOver = after.hits() > limit.limit().requestsPerUnit();
            if (counting == Counting.AS_THE_SERVICE) {
                pending.put(limit.counter(), after);
            } else if (isOver && hits == 0) {
                isOver = false;
            } else if (!isOver) {
                pending.put(limit.counter(), after);
            }
            allowed &= !isOver || limit.node().neverRefuses();
        }
        if (allowed || counting == Counting.AS_THE_SERVICE) {
            windows.putAll(pending);
        }
        return allowed;
    }

    /** The limits of the descriptors, but for those that another limit of the request replaces. */
    private List<DescriptorTree.@Nullable Found> limits(DescriptorRequest request) {
        List<DescriptorTree.@Nullable Found> found = new ArrayList<>();
        Set<String> replaced = new HashSet<>();
        for (Asked asked : request.descriptors()) {
            DescriptorTree.Found limit = tree.find(request.domain(), asked.entries());
            found.add(limit);
            if (limit != null && counting != Counting.ALL_APPLY) {
                replaced.addAll(limit.limit().replaces());
            }
        }
        found.replaceAll(
                limit -> limit != null && replaced.contains(limit.limit().name()) ? null : limit);
        return found;
    }

    private Window at(String counter, WindowUnit unit, long atMillis) {
        Window window = windows.get(counter);
        if (window != null && atMillis < window.endMillis()) {
            return window;
        }
        long startMillis = atMillis - Math.floorMod(atMillis, unit.millis());
        return new Window(startMillis, startMillis + unit.millis(), 0);
    }

    private void dropOld(long atMillis) {
        if (windows.size() > COUNTERS_MAX) {
            windows.values().removeIf(window -> window.endMillis() <= atMillis);
        }
    }
}
