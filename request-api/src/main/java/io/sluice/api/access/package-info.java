/** Who may do what: keys, tokens of an issuer, and the gates before both ports. */
@NullMarked
package io.sluice.api.access;

import org.jspecify.annotations.NullMarked;
