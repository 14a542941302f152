/** The endpoints of the admin port: rulesets, accounts, and the caller itself. */
@NullMarked
package io.sluice.api.admin;

import org.jspecify.annotations.NullMarked;
