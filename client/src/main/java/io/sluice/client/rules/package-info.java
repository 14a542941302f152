/** The client of the rules writer: proposes, approves and activates rulesets. */
@NullMarked
package io.sluice.client.rules;

import org.jspecify.annotations.NullMarked;
