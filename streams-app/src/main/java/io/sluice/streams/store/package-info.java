/** What a partition keeps in RocksDB, byte for byte; the only package that knows RocksDB. */
@NullMarked
package io.sluice.streams.store;

import org.jspecify.annotations.NullMarked;
