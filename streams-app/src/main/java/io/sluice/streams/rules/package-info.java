/** The rules writer: one partition of commands in, events, revisions and answers out; and their broadcast. */
@NullMarked
package io.sluice.streams.rules;

import org.jspecify.annotations.NullMarked;
