/** The sluice command: the one place where everything is wired together. */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
