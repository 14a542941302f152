/** Parts of every HTTP answer, without a server: problems, rate-limit fields, strict addresses. */
@NullMarked
package io.sluice.api.http;

import org.jspecify.annotations.NullMarked;
