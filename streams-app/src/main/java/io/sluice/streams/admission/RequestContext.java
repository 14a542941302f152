package io.sluice.streams.admission;

import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ReplyAddress;
import org.jspecify.annotations.Nullable;

/**
 * The source of a request, and the time of its decision.
 *
 * @param key the record's key: the account, for every request that names a client
 * @param reply where the answer goes; null for nowhere
 * @param id the decision ID
 * @param nowMillis the partition's time
 */
record RequestContext(byte @Nullable [] key, @Nullable ReplyAddress reply, DecisionId id, long nowMillis) {}
