/** Profiles: what commands have set for one account, such as its tier, overrides and listing. */
@NullMarked
package io.sluice.engine.profile;

import org.jspecify.annotations.NullMarked;
