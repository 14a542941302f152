/** Answers of the failure policy, given when no verdict comes in time. */
@NullMarked
package io.sluice.api.failure;

import org.jspecify.annotations.NullMarked;
