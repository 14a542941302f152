/** Endpoints that run the log again for operators: they explain past decisions and try rulesets. */
@NullMarked
package io.sluice.api.replay;

import org.jspecify.annotations.NullMarked;
