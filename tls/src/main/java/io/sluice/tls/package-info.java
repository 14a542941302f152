/** Certificates and keys of every port and of callers, from PEM files. */
@NullMarked
package io.sluice.tls;

import org.jspecify.annotations.NullMarked;
