/** Health signals: reports and a list. */
@NullMarked
package io.sluice.cli.signals;

import org.jspecify.annotations.NullMarked;
