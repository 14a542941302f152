/** What Sluice knows of one account beside the ruleset: tier, overrides, listing, and how they came about. */
@NullMarked
package io.sluice.engine.profile;

import org.jspecify.annotations.NullMarked;
