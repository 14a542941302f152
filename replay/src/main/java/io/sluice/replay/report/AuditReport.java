package io.sluice.replay.report;

import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.Difference;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An audit as text and as JSON. */
public final class AuditReport {
    private AuditReport() {}

    /** Lines for a person; the last one is the result. */
    public static List<String> text(AuditResult audit) {
        List<String> lines = new ArrayList<>();
        lines.add("log: " + audit.log());
        RunNotes.of(audit.facts(), audit.counters()).forEach(note -> lines.add("note: " + note));
        for (Difference difference : audit.listed()) {
            lines.add(difference.kind().text() + ": " + difference.name());
            difference.details().forEach(detail -> lines.add("  " + detail));
        }
        long unlisted = audit.differences() - audit.listed().size();
        if (unlisted > 0) {
            lines.add("and " + unlisted + " more");
        }
        if (audit.notCompared() > 0) {
            lines.add(number(audit.notCompared()) + " decisions could not be compared: the decision topic no longer has"
                    + " them, or does not have them yet");
        }
        long unfounded = audit.differences() - audit.contradictions();
        if (unfounded > 0) {
            lines.add(
                    number(unfounded) + " differences are of partitions whose beginning is not known: they may come of"
                            + " that, and prove nothing");
        }
        lines.add(number(audit.matched()) + " of " + number(audit.derived()) + " decisions re-derived, "
                + number(audit.differences()) + " differences");
        return lines;
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** One JSON object. */
    public static String json(AuditResult audit) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("log", audit.log());
        tree.put("records", audit.records());
        tree.put("derived", audit.derived());
        tree.put("matched", audit.matched());
        tree.put("notCompared", audit.notCompared());
        tree.put("differences", audit.differences());
        tree.put("contradictions", audit.contradictions());
        tree.put("proof", audit.isProof());
        List<Object> listed = new ArrayList<>();
        for (Difference difference : audit.listed()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", difference.kind().name().toLowerCase(Locale.ROOT));
            one.put("decision", difference.name());
            one.put("details", difference.details());
            listed.add(one);
        }
        tree.put("listed", listed);
        tree.put("notes", RunNotes.of(audit.facts(), audit.counters()));
        return DocumentTree.toJson(tree);
    }
}
