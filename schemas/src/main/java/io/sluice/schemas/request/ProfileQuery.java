package io.sluice.schemas.request;

/** A query for the profile of a client's account. It changes nothing, and leaves no decision. */
public record ProfileQuery(ClientId clientId) implements Query {}
