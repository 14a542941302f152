/** Commands about rulesets: check, propose, approve, activate. */
@NullMarked
package io.sluice.cli.rules;

import org.jspecify.annotations.NullMarked;
