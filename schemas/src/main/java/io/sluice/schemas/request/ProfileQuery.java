package io.sluice.schemas.request;

/** "What is known of this client's account?": asks for its profile, changes nothing, leaves no decision. */
public record ProfileQuery(ClientId clientId) implements Query {}
