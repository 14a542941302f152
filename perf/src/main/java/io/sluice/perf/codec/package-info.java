/** The codecs beside data binding. */
@NullMarked
package io.sluice.perf.codec;

import org.jspecify.annotations.NullMarked;
