/** The topic catalogue: the one source for code, compose files, manifests and documents. */
@NullMarked
package io.sluice.schemas.topic;

import org.jspecify.annotations.NullMarked;
