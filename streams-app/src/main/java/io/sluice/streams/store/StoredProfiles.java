package io.sluice.streams.store;

import io.sluice.engine.profile.AccountProfile;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * The profiles of one partition; the most recently used are in memory.
 *
 * <p>Every decision reads one. Where nobody has ever changed an account, that costs nothing. Elsewhere an account that
 * is not in memory costs one read of the store. The result is then kept in memory, even if there is no profile.
 */
final class StoredProfiles {
    /** Accounts remembered; one without a profile takes about 100 bytes. */
    static final int REMEMBERED_MAX = 10_000;

    private final PartitionStore store;
    private final Map<String, AccountProfile> remembered = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AccountProfile> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };
    private boolean any;

    StoredProfiles(PartitionStore store) {
        this.store = store;
        try (KeyValueIterator<Bytes, byte[]> profiles =
                store.range(StateKeys.FIRST_PROFILE, StateKeys.END_OF_PROFILES)) {
            this.any = profiles.hasNext();
        }
    }

    AccountProfile of(String account) {
        if (!any) {
            return AccountProfile.NONE;
        }
        AccountProfile known = remembered.get(account);
        if (known != null) {
            return known;
        }
        byte[] value = store.get(StateKeys.profile(account));
        AccountProfile found = value == null ? AccountProfile.NONE : StoredProfileCodec.profile(value);
        remembered.put(account, found);
        return found;
    }

    /** Accounts remembered. */
    int remembered() {
        return remembered.size();
    }

    void put(String account, AccountProfile profile) {
        any = true;
        remembered.put(account, profile);
        store.put(StateKeys.profile(account), StoredProfileCodec.encode(profile));
    }
}
