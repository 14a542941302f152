package io.sluice.streams.usage;

import io.sluice.streams.store.LoggedStoreBuilder;
import io.sluice.streams.store.RestorableStores;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** Builds the {@link UsageStore} of each task. */
final class UsageStoreBuilder extends LoggedStoreBuilder<UsageStore> {
    UsageStoreBuilder(String name, Map<String, String> changelog) {
        super(
                new RestorableStores(name),
                changelog,
                "its processor keeps the open minute as objects",
                "counts would be lost with the disk");
    }

    @Override
    protected UsageStore over(KeyValueStore<Bytes, byte[]> logged) {
        return new UsageStore(logged);
    }
}
