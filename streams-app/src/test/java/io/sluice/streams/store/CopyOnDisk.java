package io.sluice.streams.store;

import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.PartitionClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** The files of a partition's store, while no app has them open. */
public final class CopyOnDisk {
    private CopyOnDisk() {}

    /** Makes its last record older, and changes all that was decided: as a copy that has missed what came since. */
    public static void age(Path store, Duration by) throws RocksDBException {
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        try (Options options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, store.toString())) {
                families.add(new ColumnFamilyDescriptor(name));
            }
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (RocksDB db = RocksDB.open(store.toString(), families, handles)) {
            ColumnFamilyHandle entries = handles.get(0);
            byte[] clock = StateKeys.CLOCK.get();
            db.put(entries, clock, StateCodec.encode(earlier(StateCodec.clock(db.get(entries, clock)), by)));
            try (RocksIterator each = db.newIterator(entries)) {
                for (each.seek(StateKeys.FIRST_OF_ACCOUNTS.get()); each.isValid(); each.next()) {
                    db.delete(entries, each.key());
                }
            }
            handles.forEach(ColumnFamilyHandle::close);
        }
    }

    private static LogPosition earlier(LogPosition position, Duration by) {
        return new LogPosition(
                position.offset(), PartitionClock.at(position.clock().stampMillis() - by.toMillis()));
    }
}
