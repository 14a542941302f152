/** What every front end says over HTTP, whatever serves it. */
@NullMarked
package io.sluice.schemas.http;

import org.jspecify.annotations.NullMarked;
