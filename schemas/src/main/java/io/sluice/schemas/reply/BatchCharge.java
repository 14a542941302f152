package io.sluice.schemas.reply;

/** What a batch took from one bucket: all of its checks together. */
public record BatchCharge(String limitId, String scope, long tokens) {}
