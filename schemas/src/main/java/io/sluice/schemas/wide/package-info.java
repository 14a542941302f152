/** Messages between request partitions: how a request visits wide buckets, and what becomes of their charges. */
@NullMarked
package io.sluice.schemas.wide;

import org.jspecify.annotations.NullMarked;
