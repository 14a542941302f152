/** The audit trail on the command line. */
@NullMarked
package io.sluice.cli.audit;

import org.jspecify.annotations.NullMarked;
