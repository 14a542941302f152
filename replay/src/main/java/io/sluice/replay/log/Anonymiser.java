package io.sluice.replay.log;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.schemas.request.AnonymousClient;
import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites requests so that no account, client, caller's own text or address is in them any more.
 *
 * <p>Control records are signed, so what was proved is signed again, with keys that are made for one export and thrown
 * away; the manifest has their public halves. What proves nothing, or cannot be read, is replaced by a record that is
 * refused for the same reason.
 */
final class Anonymiser {
    private static final byte[] MALFORMED = "{".getBytes(StandardCharsets.UTF_8);
    private static final String HIDDEN = "anonymised";
    /** Of either family, as a scope has it. */
    private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F]*:[0-9a-fA-F]*:");

    private static final Set<String> TEXTS = Set.of("idempotencyKey", "requestId", "commandId");
    private static final Set<String> DROPPED = Set.of("meta", "description");
    private static final Set<String> SAID = Set.of("author", "principal", "reason");

    private final TrustedKeys trusted;
    private final HashedNames names;
    private final SigningKey rules;
    private final SigningKey commands;
    private final TrustedKeys keys;
    /** The account of the command that is rewritten; null while something else is. */
    private @Nullable String commanded;

    /**
     * For one export.
     *
     * @param trusted prove the control records of the log
     */
    Anonymiser(int partitions, TrustedKeys trusted) {
        this.trusted = trusted;
        this.names = new HashedNames(partitions, new SecureRandom());
        KeyPair rulesPair = pair();
        KeyPair commandsPair = pair();
        this.rules = SigningKey.ofPem(pem("PRIVATE", rulesPair.getPrivate().getEncoded()));
        this.commands =
                SigningKey.ofPem(pem("PRIVATE", commandsPair.getPrivate().getEncoded()));
        this.keys = new TrustedKeys(
                VerifyingKeys.ofPem(pem("PUBLIC", rulesPair.getPublic().getEncoded())),
                VerifyingKeys.ofPem(pem("PUBLIC", commandsPair.getPublic().getEncoded())));
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    private static String pem(String half, byte[] der) {
        return "-----BEGIN " + half + " KEY-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END " + half
                + " KEY-----\n";
    }

    /** Prove the control records of the export. */
    TrustedKeys keys() {
        return keys;
    }

    LoggedRecord of(LoggedRecord record) {
        DecodedRequest decoded = RequestCodec.decode(record.key(), record.value());
        if (!(decoded instanceof DecodedRequest.WellFormed wellFormed)) {
            return with(record, null, MALFORMED);
        }
        try {
            if (wellFormed.record().request() instanceof ControlRecord control
                    && PartitionMessageCodec.isOne(control.payload())) {
                return message(record, control);
            }
            return wellFormed.record().request() instanceof ControlRecord control
                    ? with(record, key(record.key(), control), RequestCodec.encode(signed(control)))
                    : with(record, hashed(record.key()), json(DocumentTree.toJson(value("", tree(record.value())))));
        } catch (WireException e) {
            return with(record, null, MALFORMED);
        }
    }

    /** A message between partitions, about limits that all accounts share: whoever claims a proof claims one still. */
    private LoggedRecord message(LoggedRecord record, ControlRecord control) throws WireException {
        Object payload = DocumentTree.ofJson(control.payload());
        if (hasAddress(payload)) {
            return with(record, null, MALFORMED);
        }
        commanded = null;
        String signature = control.signature().startsWith(MessageKey.PREFIX) ? MessageKey.PREFIX : "none";
        return with(
                record,
                hashed(record.key()),
                RequestCodec.encode(new ControlRecord(DocumentTree.toJson(value("", payload)), signature)));
    }

    /** Whether any scope of a wide limit is an address, or has one: its owner would not know it by another name. */
    private static boolean hasAddress(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> members) {
            return members.entrySet().stream()
                    .anyMatch(member -> "scope".equals(member.getKey()) && member.getValue() instanceof String scope
                            ? ADDRESS.matcher(scope).find()
                            : hasAddress(member.getValue()));
        }
        return tree instanceof List<?> items && items.stream().anyMatch(Anonymiser::hasAddress);
    }

    private static @Nullable Object tree(byte @Nullable [] value) throws WireException {
        return value == null ? null : DocumentTree.ofJson(value);
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LoggedRecord with(LoggedRecord record, byte @Nullable [] key, byte[] value) {
        return new LoggedRecord(record.offset(), record.timestampMillis(), key, value);
    }

    private byte @Nullable [] hashed(byte @Nullable [] key) {
        return key == null ? null : json(names.account(new String(key, StandardCharsets.UTF_8)));
    }

    private byte @Nullable [] key(byte @Nullable [] key, ControlRecord control) {
        return AccountCommandCodec.isOne(control.payload()) ? hashed(key) : key;
    }

    private ControlRecord signed(ControlRecord control) throws WireException {
        for (SignedKind kind : kinds(control.payload())) {
            if (trusted.verify(kind, control)) {
                if (kind == SignedKind.RULES) {
                    return rules.sign(kind, activation(control.payload()));
                }
                SigningKey key = kind == SignedKind.ACCOUNT_COMMAND
                                || kind == SignedKind.CLOCK_COMMAND
                                || kind == SignedKind.SIGNAL
                                || kind == SignedKind.LEDGER_VERSION
                        ? commands
                        : rules;
                Object payload = DocumentTree.ofJson(control.payload());
                commanded = kind == SignedKind.ACCOUNT_COMMAND
                                && payload instanceof Map<?, ?> members
                                && members.get("account") instanceof String account
                        ? account
                        : null;
                return key.sign(kind, DocumentTree.toJson(value("", payload)));
            }
        }
        return new ControlRecord("{}", control.signature());
    }

    /** A ruleset, which may be packed. */
    private String activation(String payload) throws WireException {
        RulesetActivation activation = ActivationCodec.decode(payload);
        return ActivationCodec.encode(new RulesetActivation(
                activation.revision(), text("document", activation.documentJson()), HIDDEN, HIDDEN));
    }

    private static List<SignedKind> kinds(String payload) {
        if (AccountCommandCodec.isOne(payload)) {
            return List.of(SignedKind.ACCOUNT_COMMAND);
        }
        if (ClockMarkCodec.isOne(payload)) {
            return List.of(SignedKind.CLOCK_MARK, SignedKind.CLOCK_COMMAND);
        }
        if (SignalCodec.isOne(payload)) {
            return List.of(SignedKind.SIGNAL);
        }
        if (LedgerVersionCodec.isOne(payload)) {
            return List.of(SignedKind.LEDGER_VERSION);
        }
        return List.of(AccessSnapshotCodec.isOne(payload) ? SignedKind.ACCESS : SignedKind.RULES);
    }

    private @Nullable Object value(String name, @Nullable Object value) throws WireException {
        if (value instanceof Map<?, ?> members) {
            return members(name, members);
        }
        if (value instanceof List<?> items) {
            List<@Nullable Object> list = new ArrayList<>();
            for (Object item : items) {
                list.add(value(name, item));
            }
            return list;
        }
        return value instanceof String text ? text(name, text) : value;
    }

    private Map<String, @Nullable Object> members(String path, Map<?, ?> members) throws WireException {
        Map<String, @Nullable Object> found = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            String name = String.valueOf(member.getKey());
            if (path.equals("attributes")) {
                // That of a request; a ruleset has an object there, which says what to match.
                boolean isAddress =
                        name.equals(AnonymousClient.ADDRESS_ATTRIBUTE) && member.getValue() instanceof String;
                if (!isAddress) {
                    found.put(name, member.getValue());
                }
            } else if (!DROPPED.contains(name)) {
                // A ruleset has its accounts by name.
                found.put(path.equals("accounts") ? names.account(name) : name, value(name, member.getValue()));
            }
        }
        return found;
    }

    private String text(String name, String text) throws WireException {
        if (TEXTS.contains(name)) {
            return names.text(text);
        }
        if (SAID.contains(name)) {
            return HIDDEN;
        }
        return switch (name) {
            case "clientId", "client" -> names.client(text);
            case "scope" -> isClientOf(commanded, text) ? names.client(text) : text;
            case "account" -> names.account(text);
            // Rulesets, access entries and the requests of messages travel as text within their payload.
            case "document", "entry", "request" -> DocumentTree.toJson(value("", DocumentTree.ofJson(text)));
            default -> text;
        };
    }

    /** A command names a bucket by values, some of which are clients; a ruleset says by what a limit counts. */
    private static boolean isClientOf(@Nullable String account, String text) {
        return account != null && (text.equals(account) || text.startsWith(account + "/"));
    }
}
