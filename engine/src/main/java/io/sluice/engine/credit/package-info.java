/** Tokens on top of a limit, bought or on trial, for a time. */
@NullMarked
package io.sluice.engine.credit;

import org.jspecify.annotations.NullMarked;
