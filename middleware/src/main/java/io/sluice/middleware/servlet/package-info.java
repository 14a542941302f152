/** Admission in front of servlets. */
@NullMarked
package io.sluice.middleware.servlet;

import org.jspecify.annotations.NullMarked;
