/** What is stored of one request partition, and what a decision contains; nothing here decides. */
@NullMarked
package io.sluice.engine.state;

import org.jspecify.annotations.NullMarked;
