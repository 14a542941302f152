package io.sluice.schemas.request;

/** "What is left for this client?": asks for every bucket of a client, takes nothing, leaves no decision. */
public record QuotaQuery(ClientId clientId) implements Query {}
