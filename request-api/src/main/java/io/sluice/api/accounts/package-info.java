/** Accounts as resources of the admin port: look at a profile, change it. */
@NullMarked
package io.sluice.api.accounts;

import org.jspecify.annotations.NullMarked;
