/** Access entries on the command line. */
@NullMarked
package io.sluice.cli.access;

import org.jspecify.annotations.NullMarked;
