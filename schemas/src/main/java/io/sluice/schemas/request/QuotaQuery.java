package io.sluice.schemas.request;

/** A query for every bucket of a client. It takes no tokens, and leaves no decision. */
public record QuotaQuery(ClientId clientId) implements Query {}
