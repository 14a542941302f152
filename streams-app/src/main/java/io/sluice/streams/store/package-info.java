/** The stored form of a partition in RocksDB, byte for byte; the only package that knows RocksDB. */
@NullMarked
package io.sluice.streams.store;

import org.jspecify.annotations.NullMarked;
