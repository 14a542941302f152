/** The log, run again for operators: decisions of the past, and rulesets that are tried. */
@NullMarked
package io.sluice.api.replay;

import org.jspecify.annotations.NullMarked;
