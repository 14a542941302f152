package io.sluice.streams.rules;

import io.sluice.engine.controlplane.AccessState;
import io.sluice.engine.controlplane.ControlPlaneStore;
import io.sluice.engine.controlplane.Proposal;
import io.sluice.engine.controlplane.Revision;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The control plane state in a store of Kafka Streams; layouts in {@link ControlPlaneCodec}. */
final class ControlPlaneState implements ControlPlaneStore {
    private static final Bytes ACCESS = Bytes.wrap(new byte[] {'a'});
    private static final Bytes SUMMARY = Bytes.wrap(new byte[] {'s'});

    private final KeyValueStore<Bytes, byte[]> store;

    ControlPlaneState(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    private static Bytes key(char kind, long number) {
        return Bytes.wrap(ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) kind)
                .putLong(number)
                .array());
    }

    @Override
    public Summary summary() {
        byte[] value = store.get(SUMMARY);
        return value == null ? Summary.EMPTY : ControlPlaneCodec.summary(value);
    }

    @Override
    public void putSummary(Summary summary) {
        store.put(SUMMARY, ControlPlaneCodec.encode(summary));
    }

    @Override
    public @Nullable Proposal proposal(long id) {
        byte[] value = store.get(key('p', id));
        return value == null ? null : ControlPlaneCodec.proposal(id, value);
    }

    @Override
    public void putProposal(Proposal proposal) {
        store.put(key('p', proposal.id()), ControlPlaneCodec.encode(proposal));
    }

    @Override
    public void removeProposal(long id) {
        store.delete(key('p', id));
    }

    @Override
    public @Nullable Revision revision(long number) {
        byte[] value = store.get(key('r', number));
        return value == null ? null : new Revision(number, ControlPlaneCodec.document(value));
    }

    @Override
    public void putRevision(Revision revision) {
        store.put(key('r', revision.number()), ControlPlaneCodec.encodeDocument(revision.document()));
    }

    @Override
    public void removeRevision(long number) {
        store.delete(key('r', number));
    }

    @Override
    public AccessState access() {
        byte[] value = store.get(ACCESS);
        return value == null ? AccessState.EMPTY : ControlPlaneCodec.access(value);
    }

    @Override
    public void putAccess(AccessState access) {
        store.put(ACCESS, ControlPlaneCodec.encode(access));
    }
}
