/** The graph of the app: which topics, which processor, which store. */
@NullMarked
package io.sluice.streams.topology;

import org.jspecify.annotations.NullMarked;
