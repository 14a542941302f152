/** The resources that are asked most, answered in the thread that reads their connection; start at {@code DirectRoutes}. */
@org.jspecify.annotations.NullMarked
package io.sluice.api.direct;
