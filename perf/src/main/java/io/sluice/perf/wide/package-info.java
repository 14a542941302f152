/** Limits that all accounts share, beside those of one account. */
@NullMarked
package io.sluice.perf.wide;

import org.jspecify.annotations.NullMarked;
