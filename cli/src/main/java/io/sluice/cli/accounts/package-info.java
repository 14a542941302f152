/** Accounts on the command line. */
@NullMarked
package io.sluice.cli.accounts;

import org.jspecify.annotations.NullMarked;
