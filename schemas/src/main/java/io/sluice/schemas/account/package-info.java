/** What is known of single accounts, and the commands that change it. */
@NullMarked
package io.sluice.schemas.account;

import org.jspecify.annotations.NullMarked;
