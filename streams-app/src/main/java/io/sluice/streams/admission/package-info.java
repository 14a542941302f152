/** One request partition: decode, judge, apply, answer. */
@NullMarked
package io.sluice.streams.admission;

import org.jspecify.annotations.NullMarked;
