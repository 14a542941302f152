/** The graph of the app: its topics, processors and stores. */
@NullMarked
package io.sluice.streams.topology;

import org.jspecify.annotations.NullMarked;
