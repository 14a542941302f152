package io.sluice.engine.ruleset;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dimensions that a limit counts by: one bucket per value of them, within one account unless one of them is
 * {@code global}.
 *
 * <p>{@code [client]} gives every client ID its own bucket, {@code [account]} one to the whole account, and
 * {@code [account, attribute:region]} one per region of the account. {@code [client:2]} counts by the first two
 * segments of the client ID. {@code [global]} gives one bucket to all accounts together, and {@code [global,
 * attribute:address]} one to each address, whichever accounts it asks for.
 */
public record Scope(List<Dimension> dimensions) {
    /** A control character, which the wire contract refuses in every value, so that joined values stay distinct. */
    private static final String SEPARATOR = "\u001f";

    /**
     * The bucket that new buckets of one account share; beginning with a control character, no request can claim it.
     */
    public static final String ACCOUNT_OVERFLOW = "\u0001";
    /** The bucket that new buckets of all accounts of one tier share in one partition. */
    public static final String PARTITION_OVERFLOW = "\u0001\u0001";
    /** The account that the wide buckets of a partition are kept under. */
    public static final String WIDE_ACCOUNT = "\u0001\u0002";

    private static final String EXPECTED = "(expected: client, client:N, account, attribute:NAME or global)";

    public Scope {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty()) {
            throw new IllegalArgumentException("[] " + EXPECTED);
        }
        if (isWide(dimensions)
                && dimensions.stream()
                        .anyMatch(it -> it instanceof Client || it instanceof Level || it instanceof Account)) {
            throw new IllegalArgumentException(
                    "global beside client or account (expected: global alone or with attribute:NAME, since a client ID"
                            + " is of one account)");
        }
    }

    /** One thing that a limit can count by. */
    public sealed interface Dimension {
        /** The levels of a client path: a client ID has at most 256 bytes, so no more than 128 segments. */
        Pattern LEVEL = Pattern.compile("client:([1-9]|[1-9]\\d|1[01]\\d|12[0-8])");

        String valueIn(Admission admission);

        /**
         * Parses {@code client}, {@code client:N}, {@code account}, {@code attribute:NAME} or {@code global}.
         *
         * @throws IllegalArgumentException for anything else
         */
        static Dimension of(String text) {
            if (text.equals("client")) {
                return new Client();
            }
            if (text.equals("account")) {
                return new Account();
            }
            if (text.equals("global")) {
                return new Global();
            }
            if (text.startsWith("attribute:") && text.length() > "attribute:".length()) {
                return new Attribute(text.substring("attribute:".length()));
            }
            if (LEVEL.matcher(text).matches()) {
                return new Level(Integer.parseInt(text.substring("client:".length())));
            }
            throw new IllegalArgumentException("\"" + text + "\" " + EXPECTED);
        }
    }

    /** The whole client ID. */
    public record Client() implements Dimension {
        @Override
        public String valueIn(Admission admission) {
            return admission.clientId();
        }
    }

    /**
     * The first segments of the client ID: {@code client:2} gives {@code acme/team-a} one bucket, for all that is
     * below. A client ID with fewer segments has a bucket of its own.
     */
    public record Level(int segments) implements Dimension {
        @Override
        public String valueIn(Admission admission) {
            return prefixOf(admission.clientId());
        }

        private String prefixOf(String clientId) {
            int end = -1;
            for (int i = 0; i < segments; i++) {
                end = clientId.indexOf('/', end + 1);
                if (end < 0) {
                    return clientId;
                }
            }
            return clientId.substring(0, end);
        }
    }

    /** The account; the bucket's key already carries it, so it adds nothing. */
    public record Account() implements Dimension {
        @Override
        public String valueIn(Admission admission) {
            return "";
        }
    }

    /** All accounts together; it adds nothing to the value. */
    public record Global() implements Dimension {
        @Override
        public String valueIn(Admission admission) {
            return "";
        }
    }

    /**
     * One attribute of the request. Requests without it share one bucket: otherwise a caller could avoid the limit by
     * leaving it out.
     */
    public record Attribute(String name) implements Dimension {
        @Override
        public String valueIn(Admission admission) {
            return admission.attributes().getOrDefault(name, "");
        }
    }

    private static boolean isWide(List<Dimension> dimensions) {
        for (Dimension dimension : dimensions) {
            if (dimension instanceof Global) {
                return true;
            }
        }
        return false;
    }

    /** Whether all accounts share its buckets. */
    public boolean isWide() {
        return isWide(dimensions);
    }

    /** The value that names the admission's bucket among those of one limit and account. */
    public String valueIn(Admission admission) {
        if (dimensions.size() == 1) {
            return dimensions.get(0).valueIn(admission);
        }
        if (dimensions.size() == 2 && isWide()) {
            return dimensions.get(0).valueIn(admission) + dimensions.get(1).valueIn(admission);
        }
        StringBuilder value = new StringBuilder();
        for (Dimension dimension : dimensions) {
            if (!(dimension instanceof Global)) {
                value.append(dimension.valueIn(admission)).append(SEPARATOR);
            }
        }
        return value.toString();
    }

    /**
     * The value that names one bucket of an account, from a value for each dimension but {@code account}, in their
     * order.
     *
     * @throws IllegalArgumentException if these name no bucket of the account
     */
    public String valueOf(String account, List<String> values) {
        List<Dimension> asked =
                dimensions.stream().filter(it -> !(it instanceof Account)).toList();
        if (asked.size() != values.size()) {
            throw new IllegalArgumentException(values.size() + " values (expected: " + asked.size()
                    + ", one for each of " + asked.stream().map(Scope::words).toList() + ")");
        }
        for (int i = 0; i < asked.size(); i++) {
            if (!names(asked.get(i), account, values.get(i))) {
                throw new IllegalArgumentException(
                        "\"" + values.get(i) + "\" (expected: " + words(asked.get(i)) + " of " + account + ")");
            }
        }
        if (dimensions.size() == 1) {
            return asked.isEmpty() ? "" : values.get(0);
        }
        StringBuilder value = new StringBuilder();
        int next = 0;
        for (Dimension dimension : dimensions) {
            value.append(dimension instanceof Account ? "" : values.get(next++)).append(SEPARATOR);
        }
        return value.toString();
    }

    private static boolean names(Dimension dimension, String account, String value) {
        if (dimension instanceof Attribute) {
            return !value.contains(SEPARATOR);
        }
        boolean within = value.equals(account) || value.startsWith(account + "/");
        return within
                && (!(dimension instanceof Level level) || level.prefixOf(value).equals(value));
    }

    /** A dimension as documents have it. */
    private static String words(Dimension dimension) {
        if (dimension instanceof Attribute attribute) {
            return "attribute:" + attribute.name();
        }
        return dimension instanceof Level level ? "client:" + level.segments() : "client";
    }

    /** Whether every client has buckets of its own. */
    public boolean isOfOneClient() {
        return dimensions.stream().anyMatch(Client.class::isInstance);
    }

    /** Whether the client ID alone does not name the bucket. */
    public boolean needsAttributes() {
        return dimensions.stream().anyMatch(Attribute.class::isInstance);
    }

    /** Whether a bucket with this scope value can belong to {@code clientId}, as far as the value shows. */
    public boolean mayBelongTo(String clientId, String value) {
        String[] parts = dimensions.size() == 1 ? new String[] {value} : value.split(SEPARATOR, -1);
        for (int i = 0; i < dimensions.size() && i < parts.length; i++) {
            if (dimensions.get(i) instanceof Client && !parts[i].equals(clientId)) {
                return false;
            }
            if (dimensions.get(i) instanceof Level level && !parts[i].equals(level.prefixOf(clientId))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a scope value is that of a shared overflow bucket. */
    public static boolean isOverflow(String value) {
        return value.startsWith(ACCOUNT_OVERFLOW);
    }

    /** The scope value of the wide bucket that new buckets share which one account has begun. */
    public static String overflowOf(String account) {
        return ACCOUNT_OVERFLOW + account;
    }

    /** The account that the shared buckets of a tier's new buckets are kept under. */
    public static String overflowAccount(String tier) {
        return PARTITION_OVERFLOW + tier;
    }

    /** The tier whose new buckets share what is kept under this account; null if it is an account like any other. */
    static @Nullable String tierOfOverflow(String account) {
        return account.startsWith(PARTITION_OVERFLOW) ? account.substring(PARTITION_OVERFLOW.length()) : null;
    }

    /** A stored scope value as a person reads it. */
    public static String display(String value) {
        if (isOverflow(value)) {
            return value.startsWith(PARTITION_OVERFLOW) ? "~overflow/partition" : "~overflow";
        }
        return value.endsWith(SEPARATOR)
                ? value.substring(0, value.length() - 1).replace(SEPARATOR, ", ")
                : value;
    }
}
