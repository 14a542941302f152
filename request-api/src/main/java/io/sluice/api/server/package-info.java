/** One way for a request of either port, on Jetty: start at {@code ApiHandler}. */
@NullMarked
package io.sluice.api.server;

import org.jspecify.annotations.NullMarked;
