package io.sluice.schemas.request;

/** A request that changes nothing and leaves no decision: all that comes of it is its answer. */
public sealed interface Query extends Request permits QuotaQuery, ExplainQuery, ProfileQuery, Ping {}
