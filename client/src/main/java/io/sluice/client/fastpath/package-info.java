/** Local answers of a front end: out of leases, and by repeating denials; exact, since every token is debited first. */
@NullMarked
package io.sluice.client.fastpath;

import org.jspecify.annotations.NullMarked;
