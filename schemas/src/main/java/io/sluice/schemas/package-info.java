/** The wire contract of Sluice: records, codecs, topics, and the schemas that describe them. */
@NullMarked
package io.sluice.schemas;

import org.jspecify.annotations.NullMarked;
