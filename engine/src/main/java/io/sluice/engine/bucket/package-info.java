/** One bucket of one limit: exact token arithmetic over whole milliseconds. */
@NullMarked
package io.sluice.engine.bucket;

import org.jspecify.annotations.NullMarked;
