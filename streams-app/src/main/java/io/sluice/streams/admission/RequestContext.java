package io.sluice.streams.admission;

import io.sluice.schemas.reply.DecisionId;
import io.sluice.schemas.request.ReplyAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, and when it is decided.
 *
 * @param key the record's key: the account, for every request that a client is named in
 * @param reply where the answer goes; null for nowhere
 * @param id what is decided on it is known by
 * @param nowMillis the partition's time
 */
record RequestContext(byte @Nullable [] key, @Nullable ReplyAddress reply, DecisionId id, long nowMillis) {}
