/** The parts of an HTTP answer that all front ends share, independent of their server. */
@NullMarked
package io.sluice.schemas.http;

import org.jspecify.annotations.NullMarked;
