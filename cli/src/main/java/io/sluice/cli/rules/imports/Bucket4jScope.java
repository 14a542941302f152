package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.ImportFinding.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scope of a rate limit of Bucket4j's Spring Boot starter: what its cache key names. */
final class Bucket4jScope {
    private static final Pattern CONSTANT = Pattern.compile("\\d+|'[^']*'");
    private static final Set<String> ADDRESSES = Set.of("getRemoteAddr()", "getRemoteAddress()", "getRemoteHost()");
    private static final Pattern HEADER = Pattern.compile("getHeader\\(['\"]([A-Za-z0-9-]{1,64})['\"]\\)");

    private Bucket4jScope() {}

    static Object of(SourceSection rateLimit, List<ImportFinding> findings) {
        // The older name.
        String field = rateLimit.has("expression") ? "expression" : "cache-key";
        String key = rateLimit.text(field).strip();
        if (key.isEmpty() || CONSTANT.matcher(key).matches()) {
            return "account";
        }
        if (ADDRESSES.contains(key)) {
            return "attribute:ip";
        }
        Matcher header = HEADER.matcher(key);
        String attribute = header.matches() ? header.group(1).toLowerCase(Locale.ROOT) : "";
        findings.add(new ImportFinding(
                attribute.isEmpty() ? Kind.CHANGED : Kind.NOTE,
                rateLimit.placeOf(field),
                field + ": " + key,
                attribute.isEmpty()
                        ? "only Spring evaluates it; here, each client has a bucket"
                        : "a request names it in the attribute " + attribute,
                attribute.isEmpty()
                        ? "send what it gives as the client ID, behind the account of the service"
                        : "send that header as the attribute"));
        return attribute.isEmpty() ? "client" : "attribute:" + attribute;
    }
}
