/** The rate-limit header fields of an answer over HTTP. */
@NullMarked
package io.sluice.api.http;

import org.jspecify.annotations.NullMarked;
