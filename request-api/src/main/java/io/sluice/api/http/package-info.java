/** What HTTP asks of every answer: problems, rate-limit fields, bounded bodies. */
@NullMarked
package io.sluice.api.http;

import org.jspecify.annotations.NullMarked;
