/** Admission over HTTP for JVM services: a client that needs nothing but the JDK and a JSON parser. */
@NullMarked
package io.sluice.middleware;

import org.jspecify.annotations.NullMarked;
