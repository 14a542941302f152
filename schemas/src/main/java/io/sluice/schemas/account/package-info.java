/** Profiles of single accounts, and the commands that change them. */
@NullMarked
package io.sluice.schemas.account;

import org.jspecify.annotations.NullMarked;
