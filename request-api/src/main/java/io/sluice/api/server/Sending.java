package io.sluice.api.server;

/**
 * What every request passes on its way in and out, on both ports.
 *
 * @param room that all bodies share
 * @param advice when to retry
 */
public record Sending(BodyRoom room, RequestMeters meters, RetryAdvice advice) {}
