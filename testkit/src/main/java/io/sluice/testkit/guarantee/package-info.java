/** Guarantees as numbered objects that check a history of decisions. */
@NullMarked
package io.sluice.testkit.guarantee;

import org.jspecify.annotations.NullMarked;
