/** Authentication and permissions: keys, tokens of an issuer, and the authorizer of both ports. */
@NullMarked
package io.sluice.api.auth;

import org.jspecify.annotations.NullMarked;
