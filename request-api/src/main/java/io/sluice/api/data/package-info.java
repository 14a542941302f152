/** The endpoints that ask the cluster about admissions. */
@NullMarked
package io.sluice.api.data;

import org.jspecify.annotations.NullMarked;
