/** A search that reads a partition of a topic backwards, page by page. */
@NullMarked
package io.sluice.client.search;

import org.jspecify.annotations.NullMarked;
