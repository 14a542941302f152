package io.sluice.schemas.reply;

/** The tokens that a batch took from one bucket, for all of its checks together. */
public record BatchCharge(String limitId, String scope, long tokens) {}
