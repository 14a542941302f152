package io.sluice.schemas.control;

/**
 * A record with its author's own time, which one request partition compares with the broker's timestamp: the payload
 * of a control record.
 *
 * <p>Its author reads the clock when it writes the mark, so the broker's timestamp shows how old it is: a mark that is
 * sent again later changes nothing.
 *
 * @param partition the request partition that it is for
 * @param nowMillis the time of its author's clock
 * @param principal its author: {@link #STREAMS_APP}, or an operator
 * @param reason why it was sent
 */
public record ClockMark(int partition, long nowMillis, String principal, String reason) {
    /** The principal of the marks that apps send by themselves. */
    public static final String STREAMS_APP = "streams-app";
}
