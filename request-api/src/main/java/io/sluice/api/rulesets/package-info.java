/** Rulesets as resources of the admin port: propose, look, approve, activate, roll back, audit. */
@NullMarked
package io.sluice.api.rulesets;

import org.jspecify.annotations.NullMarked;
