package io.sluice.schemas.request;

/** "What does this client hold?": asks for every bucket of a client, takes nothing, leaves no decision. */
public record QuotaQuery(ClientId clientId) implements Query {}
