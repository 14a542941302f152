/** Single accounts as their callers see them. */
@NullMarked
package io.sluice.client.accounts;

import org.jspecify.annotations.NullMarked;
