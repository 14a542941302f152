/** The way of a request through Jetty, the same for both ports: start at {@code ApiHandler}. */
@NullMarked
package io.sluice.api.server;

import org.jspecify.annotations.NullMarked;
