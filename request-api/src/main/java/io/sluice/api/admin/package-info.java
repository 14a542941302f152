/** The endpoints of the admin port: rulesets, accounts, and who the caller is. */
@NullMarked
package io.sluice.api.admin;

import org.jspecify.annotations.NullMarked;
