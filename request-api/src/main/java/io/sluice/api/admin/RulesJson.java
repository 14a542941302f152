package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.client.rules.RulesView;
import io.sluice.engine.controlplane.BucketEffects;
import io.sluice.engine.controlplane.RulesetDiff;
import io.sluice.engine.controlplane.RulesetReview;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A writer of proposals, revisions, differences and audit entries as JSON. */
final class RulesJson {
    private RulesJson() {}

    static void write(JsonGenerator json, RulesView.Proposal proposal) throws IOException {
        json.writeNumberField("id", proposal.id());
        json.writeStringField("status", proposal.status().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("baseRevision", proposal.baseRevision());
        json.writeStringField("author", proposal.author());
        json.writeStringField("reason", proposal.reason());
        json.writeNumberField("atMillis", proposal.atMillis());
    }

    static void write(JsonGenerator json, RulesView.Revision revision) throws IOException {
        json.writeNumberField("revision", revision.number());
        json.writeStringField("how", revision.how());
        if (revision.of() != null) {
            json.writeNumberField(revision.how().equals("activated") ? "proposalId" : "fromRevision", revision.of());
        }
        json.writeStringField("author", revision.author());
        json.writeStringField("reason", revision.reason());
        json.writeNumberField("atMillis", revision.atMillis());
    }

    static void write(JsonGenerator json, RulesView.Entry entry) throws IOException {
        json.writeNumberField("sequence", entry.sequence());
        json.writeNumberField("atMillis", entry.atMillis());
        json.writeStringField("principal", entry.principal());
        json.writeStringField("action", entry.action());
        json.writeStringField("reason", entry.reason());
        if (entry.proposalId() != null) {
            json.writeNumberField("proposalId", entry.proposalId());
        }
        if (entry.revision() != null) {
            json.writeNumberField("revision", entry.revision());
        }
        if (entry.fromRevision() != null) {
            json.writeNumberField("fromRevision", entry.fromRevision());
        }
        if (entry.accessId() != null) {
            json.writeNumberField("accessId", entry.accessId());
        }
        json.writeNumberField("offset", entry.offset());
    }

    /**
     * The document as it was stored, and warnings about what its author may not have meant.
     *
     * @param atMillis when it was proposed, or began
     */
    static void writeDocument(JsonGenerator json, String documentJson, long atMillis) throws IOException {
        json.writeFieldName("document");
        json.writeRawValue(documentJson);
        json.writeArrayFieldStart("warnings");
        for (RulesetProblem warning : warnings(documentJson, atMillis)) {
            json.writeStartObject();
            json.writeStringField("field", warning.path());
            json.writeStringField("detail", warning.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static List<RulesetProblem> warnings(String documentJson, long atMillis) {
        try {
            return RulesetReview.of(tree(documentJson), atMillis);
        } catch (InvalidRulesetException e) {
            // Accepted by a rules writer with another version of the compiler.
            return e.problems();
        }
    }

    static List<RulesetDiff.Change> diff(@Nullable String before, String after) {
        return RulesetDiff.between(before == null ? null : tree(before), tree(after));
    }

    static List<BucketEffects.Effect> buckets(@Nullable String before, String after) {
        return BucketEffects.between(before == null ? null : tree(before), tree(after));
    }

    static void write(JsonGenerator json, BucketEffects.Effect effect) throws IOException {
        json.writeStringField("limitId", effect.limitId());
        json.writeStringField("effect", effect.effect());
    }

    private static @Nullable Object tree(String documentJson) {
        try {
            return DocumentTree.ofJson(documentJson);
        } catch (WireException e) {
            throw new IllegalStateException("a document that the rules writer took cannot be read", e);
        }
    }

    static void write(JsonGenerator json, RulesetDiff.Change change) throws IOException {
        json.writeStringField("kind", change.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringField("path", change.path());
        if (change.before() != null) {
            json.writeFieldName("before");
            json.writeRawValue(DocumentTree.toJson(change.before()));
        }
        if (change.after() != null) {
            json.writeFieldName("after");
            json.writeRawValue(DocumentTree.toJson(change.after()));
        }
    }

    /** Writes a list of objects. */
    static <T> void writeAll(JsonGenerator json, String name, List<T> items, Writer<T> writer) throws IOException {
        json.writeArrayFieldStart(name);
        for (T item : items) {
            json.writeStartObject();
            writer.write(json, item);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the members of one. */
    @FunctionalInterface
    interface Writer<T> {
        void write(JsonGenerator json, T item) throws IOException;
    }
}
