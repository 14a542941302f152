package io.sluice.streams.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/*
 * Value layout, big-endian, as in StateCodec.
 *
 *   bucket group     01 then for each bucket, in the order of the limits: limitId(text) length(4) bucket
 */

/** The values of bucket groups in the state store. */
final class BucketGroupCodec {
    private static final byte FIRST = 1;
    private static final int BUCKET_FIXED_BYTES = Short.BYTES + Integer.BYTES;

    private BucketGroupCodec() {}

    static byte[] encode(BucketGroup group) {
        byte[][] limitIds = new byte[group.size()][];
        int bytes = 1;
        for (int i = 0; i < limitIds.length; i++) {
            limitIds[i] = group.limitId(i).getBytes(StandardCharsets.UTF_8);
            bytes += BUCKET_FIXED_BYTES + limitIds[i].length + StateCodec.bytes(group.bucket(i));
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(FIRST);
        for (int i = 0; i < limitIds.length; i++) {
            StateCodec.putText(out, limitIds[i]);
            int lengthAt = out.position();
            StateCodec.write(group.bucket(i), out.putInt(0));
            out.putInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
        }
        return out.array();
    }

    static BucketGroup group(byte[] value) {
        ByteBuffer in = StateCodec.opened(value, FIRST);
        BucketGroup group = new BucketGroup();
        while (in.hasRemaining()) {
            String limitId = StateCodec.text(in);
            int length = in.getInt();
            group.put(limitId, StateCodec.bucket(in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        return group;
    }
}
