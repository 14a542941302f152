/** Who may do what on the admin port. */
@NullMarked
package io.sluice.api.access;

import org.jspecify.annotations.NullMarked;
