package io.sluice.schemas.request;

/** A request that changes nothing and leaves no decision: its answer is its only effect. */
public sealed interface Query extends Request permits QuotaQuery, ExplainQuery, ProfileQuery, Ping {}
