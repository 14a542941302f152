/** The warm-up: a front end calls itself before it reports that it is ready. */
@NullMarked
package io.sluice.api.warmup;

import org.jspecify.annotations.NullMarked;
