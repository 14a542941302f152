/** Health signals: reports about services, which switch brown-outs on and off. */
@NullMarked
package io.sluice.engine.signal;

import org.jspecify.annotations.NullMarked;
