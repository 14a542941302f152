/** The endpoints that send requests about admissions to the cluster. */
@NullMarked
package io.sluice.api.data;

import org.jspecify.annotations.NullMarked;
