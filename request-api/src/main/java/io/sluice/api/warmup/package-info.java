/** A front end calls itself before it says that it is ready. */
@NullMarked
package io.sluice.api.warmup;

import org.jspecify.annotations.NullMarked;
