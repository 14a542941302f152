/** Scenarios 11, 12 and 13: what callers of the REST front end see. */
@NullMarked
package io.sluice.perf.rest;

import org.jspecify.annotations.NullMarked;
