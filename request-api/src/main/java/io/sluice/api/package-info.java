/** The request API: a thin REST front end over the client. */
@NullMarked
package io.sluice.api;

import org.jspecify.annotations.NullMarked;
