package io.sluice.engine.state;

/** The name of one hold: the offset of the admission that it comes from, in the partition of its account. */
public record HoldKey(String account, HoldKind kind, long offset) {}
