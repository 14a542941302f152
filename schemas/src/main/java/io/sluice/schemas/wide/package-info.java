/** Messages between request partitions: how a request visits the wide buckets that it meets, and what becomes of them. */
@NullMarked
package io.sluice.schemas.wide;

import org.jspecify.annotations.NullMarked;
