/** Health signals as their callers see them. */
@NullMarked
package io.sluice.client.signals;

import org.jspecify.annotations.NullMarked;
