package io.sluice.streams.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/*
 * Value layout, big-endian, as in StateValues.
 *
 *   shelf     01 then for each bucket, in the order of the limits: limitId(text) length(4) bucket
 */

/** The values of shelves in the state store. */
final class ShelfValues {
    private static final byte FIRST = 1;
    private static final int BUCKET_FIXED_BYTES = Short.BYTES + Integer.BYTES;

    private ShelfValues() {}

    static byte[] encode(Shelf shelf) {
        byte[][] limitIds = new byte[shelf.size()][];
        int bytes = 1;
        for (int i = 0; i < limitIds.length; i++) {
            limitIds[i] = shelf.limitId(i).getBytes(StandardCharsets.UTF_8);
            bytes += BUCKET_FIXED_BYTES + limitIds[i].length + StateValues.bytes(shelf.bucket(i));
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(FIRST);
        for (int i = 0; i < limitIds.length; i++) {
            StateValues.putText(out, limitIds[i]);
            int lengthAt = out.position();
            StateValues.write(shelf.bucket(i), out.putInt(0));
            out.putInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
        }
        return out.array();
    }

    static Shelf shelf(byte[] value) {
        ByteBuffer in = StateValues.opened(value, FIRST);
        Shelf shelf = new Shelf();
        while (in.hasRemaining()) {
            String limitId = StateValues.text(in);
            int length = in.getInt();
            shelf.put(limitId, StateValues.bucket(in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        return shelf;
    }
}
