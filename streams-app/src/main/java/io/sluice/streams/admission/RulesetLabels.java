package io.sluice.streams.admission;

import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.PathTemplate;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.LimitOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The label values that one ruleset gives to metrics, each with a number. Immutable. */
final class RulesetLabels {
    /** The route of a decision in which no limit with a path took part. */
    static final String NO_ROUTE = "none";

    private static final int NO_ROUTE_INDEX = 0;

    private final long revision;
    private final Values limits;
    private final Values tiers;
    private final Values routes;
    private final Map<String, Route> routeByLimit = new HashMap<>();

    /**
     * The route of a limit.
     *
     * @param index its number among the label values
     * @param precision how precisely the template says what it matches
     */
    private record Route(int index, int precision) {}

    RulesetLabels(Ruleset ruleset, LabelBounds bounds) {
        this.revision = ruleset.revision();
        this.limits = Values.of(ruleset.limits().stream().map(Limit::id).toList(), bounds.limitsMax(), List.of());
        this.tiers = Values.of(ruleset.tiers(), bounds.tiersMax(), List.of());
        List<String> templates = new ArrayList<>();
        for (Limit limit : ruleset.limits()) {
            PathTemplate path = limit.match().path();
            if (path != null) {
                templates.add(path.text());
            }
        }
        this.routes = Values.of(templates, bounds.routesMax(), List.of(NO_ROUTE));
        for (Limit limit : ruleset.limits()) {
            PathTemplate path = limit.match().path();
            if (path != null) {
                routeByLimit.put(limit.id(), new Route(routes.index(path.text()), path.precision()));
            }
        }
    }

    long revision() {
        return revision;
    }

    Values limits() {
        return limits;
    }

    Values tiers() {
        return tiers;
    }

    Values routes() {
        return routes;
    }

    /** The most precise path template of the limits that applied; of equal ones, the first of the ruleset. */
    int route(List<LimitOutcome> applied) {
        int index = NO_ROUTE_INDEX;
        int precision = -1;
        for (LimitOutcome limit : applied) {
            Route route = routeByLimit.get(limit.limitId());
            if (route != null && route.precision() > precision) {
                index = route.index();
                precision = route.precision();
            }
        }
        return index;
    }

    /**
     * The values of one label: the last one stands for all names beyond the bound.
     *
     * @param folded how many names it stands for
     */
    record Values(List<String> values, Map<String, Integer> indexByName, int folded) {
        private static Values of(List<String> names, int max, List<String> before) {
            Map<String, Integer> indexByName = new LinkedHashMap<>();
            List<String> values = new ArrayList<>(before);
            int folded = 0;
            for (String name : new LinkedHashSet<>(names)) {
                if (values.size() < max + before.size()) {
                    indexByName.put(name, values.size());
                    values.add(name);
                } else {
                    folded++;
                }
            }
            values.add(LabelBounds.OTHER);
            return new Values(List.copyOf(values), indexByName, folded);
        }

        int index(String name) {
            Integer index = indexByName.get(name);
            return index == null ? values.size() - 1 : index;
        }
    }
}
