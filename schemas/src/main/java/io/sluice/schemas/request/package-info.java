/** The requests of callers, on the request topic and over REST. */
@NullMarked
package io.sluice.schemas.request;

import org.jspecify.annotations.NullMarked;
