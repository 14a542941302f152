/** Answers in place of verdicts that do not come. */
@NullMarked
package io.sluice.api.failure;

import org.jspecify.annotations.NullMarked;
