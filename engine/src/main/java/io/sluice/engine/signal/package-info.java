/** Health signals: what reporters say of services, and when that switches a brown-out on and off. */
@NullMarked
package io.sluice.engine.signal;

import org.jspecify.annotations.NullMarked;
