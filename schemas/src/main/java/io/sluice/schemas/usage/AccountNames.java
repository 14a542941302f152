package io.sluice.schemas.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** How names of accounts are ordered wherever they are listed. */
public final class AccountNames {
    /** As stores and topics order them, which is not the order of {@link String#compareTo} beyond U+FFFF. */
    public static final Comparator<String> BY_BYTES = (first, second) ->
            Arrays.compareUnsigned(first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8));

    private AccountNames() {}
}
