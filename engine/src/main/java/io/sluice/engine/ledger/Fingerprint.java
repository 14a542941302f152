package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.PriorityLevel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.TreeMap;

/** The first 64 bits of a SHA-256 over everything that an admission requests, in a canonical order. */
final class Fingerprint {
    private Fingerprint() {}

    static long of(Admission admission) {
        MessageDigest digest = sha256();
        add(digest, admission);
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /**
     * The fingerprint of several requests in their order; each states how many parts it has, so the next one's start is
     * clear.
     */
    static long of(List<Admission> admissions) {
        MessageDigest digest = sha256();
        for (Admission admission : admissions) {
            add(digest, Integer.toString(admission.attributes().size()));
            add(digest, admission);
        }
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    private static void add(MessageDigest digest, Admission admission) {
        add(digest, admission.clientId());
        add(digest, Long.toString(admission.cost()));
        add(digest, admission.method());
        add(digest, admission.path().toString());
        add(digest, admission.host());
        new TreeMap<>(admission.attributes()).forEach((name, value) -> {
            add(digest, name);
            add(digest, value);
        });
        // At most one text more, where attributes come in pairs: so no attribute can look like it.
        String settings = settings(admission);
        if (!settings.isEmpty()) {
            add(digest, settings);
        }
    }

    /** The settings of the request that differ from the defaults. */
    private static String settings(Admission admission) {
        return admission.reserveMillis() == 0
                        && admission.maxWaitMillis() == 0
                        && admission.priority() == PriorityLevel.NORMAL
                        && admission.mode() == ChargeMode.CHECK
                ? ""
                : admission.reserveMillis() + " " + admission.maxWaitMillis() + " "
                        + admission.priority().code()
                        + (admission.mode() == ChargeMode.CHECK
                                ? ""
                                : " " + admission.mode().code());
    }

    /** Adds the text with its length before it, so that no two lists of texts give the same bytes. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
