package io.sluice.streams.admission;

/** Where a record is on the way of a request between partitions. */
public enum RequestPassage {
    /** Whatever the record asks for is decided here and now. */
    STAYS,
    /** Its request has to visit wide buckets first; it is decided when it comes home. */
    LEAVES,
    /** A message, by which nothing is decided that a caller has asked for. */
    PASSES,
    /** A message that brings a request home, which is decided here and now. */
    ARRIVES
}
