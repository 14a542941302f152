/** The client of profiles: shows and changes single accounts. */
@NullMarked
package io.sluice.client.accounts;

import org.jspecify.annotations.NullMarked;
