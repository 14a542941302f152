package io.sluice.schemas.control;

/**
 * Somebody's own time, for one request partition to compare the broker's stamp with: the payload of a control record.
 *
 * <p>It is taken when it is written, so its stamp tells how old it is: one that is sent again later changes nothing.
 *
 * @param partition the request partition that it is for
 * @param nowMillis what the clock of its author said
 * @param principal its author: {@link #STREAMS_APP}, or an operator
 * @param reason why it was sent
 */
public record ClockMark(int partition, long nowMillis, String principal, String reason) {
    /** The principal of the marks that apps send by themselves. */
    public static final String STREAMS_APP = "streams-app";
}
