/** Putting rulesets in force. */
@NullMarked
package io.sluice.client.rules;

import org.jspecify.annotations.NullMarked;
