/** Limits wider than an account: the names of their buckets, and what travels between partitions about them. */
@NullMarked
package io.sluice.engine.wide;

import org.jspecify.annotations.NullMarked;
