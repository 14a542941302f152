package io.sluice.cli.rules.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The attributes of an admission for a descriptor of Envoy. Each entry becomes an attribute; two further ones have
 * the domain, and the keys in their order. So a limit can match exactly these entries.
 *
 * <pre>
 *   domain: messaging                       envoy.domain: messaging
 *   (message_type, marketing),              envoy.descriptor: message_type,to_number
 *   (to_number, 2061111111)                 message_type: marketing
 *                                           to_number: 2061111111
 * </pre>
 *
 * <p>A repeated key gets a number: {@code generic_key}, {@code generic_key#2}. A comma or backslash
 * in a key has a backslash before it in {@code envoy.descriptor}.
 */
final class DescriptorAttributes {
    static final String DOMAIN = "envoy.domain";
    static final String KEYS = "envoy.descriptor";

    private DescriptorAttributes() {}

    /** The attributes of a descriptor. */
    static Map<String, String> of(String domain, List<DescriptorEntry> entries) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put(DOMAIN, domain);
        attributes.put(KEYS, keys(entries.stream().map(DescriptorEntry::key).toList()));
        List<String> earlier = new ArrayList<>();
        for (DescriptorEntry entry : entries) {
            attributes.put(name(entry.key(), earlier), entry.value());
            earlier.add(entry.key());
        }
        return attributes;
    }

    /** The attribute of an entry behind others. */
    static String name(String key, List<String> earlierKeys) {
        long before = earlierKeys.stream().filter(key::equals).count();
        return before == 0 ? key : key + "#" + (before + 1);
    }

    /** The keys of a descriptor as one text. */
    static String keys(List<String> keys) {
        return String.join(
                ",",
                keys.stream()
                        .map(key -> key.replace("\\", "\\\\").replace(",", "\\,"))
                        .toList());
    }
}
