package io.sluice.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.controlplane.AccessEntry;
import io.sluice.engine.controlplane.AccessState;
import io.sluice.engine.controlplane.Proposal;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden bytes of access entries: what was written once must be readable for ever. */
final class ControlPlaneCodecTest {
    private static final String ENTRIES = "0000000000000007" + "00000001" + "0000000000000005" + "000000000000003c"
            + "00000001" + "63" + "00000002" + "7b7d";

    private static final List<AccessEntry> ONE = List.of(new AccessEntry(5, "c", "{}", 60));

    @Test
    void shouldWriteAndReadGoldenBytes_whenAccessEntries() {
        // Given
        AccessState state =
                new AccessState(7, ONE, List.of(new AccessState.Added(5, "c"), new AccessState.Added(6, "dé")), 4);
        String golden = "02" + ENTRIES + "0000000000000004" + "00000002" + "0000000000000005" + "00000001" + "63"
                + "0000000000000006" + "00000003" + "64c3a9";

        // When / Then
        assertThat(HexFormat.of().formatHex(ControlPlaneCodec.encode(state))).isEqualTo(golden);
        assertThat(ControlPlaneCodec.access(HexFormat.of().parseHex(golden))).isEqualTo(state);
    }

    @Test
    void shouldRememberNoCommand_whenTheLayoutHadNone() {
        assertThat(ControlPlaneCodec.access(HexFormat.of().parseHex("01" + ENTRIES)))
                .isEqualTo(new AccessState(7, ONE, List.of(), 7));
        byte[] future = HexFormat.of().parseHex("03" + ENTRIES);
        assertThatThrownBy(() -> ControlPlaneCodec.access(future))
                .hasMessage("control plane value of version 3 (expected: 1..2)");
    }

    @Test
    void shouldPackALongDocument_whenItIsStored() {
        // Given the longest document that is stored as text, and one of one character more
        String longest = "x".repeat(ControlPlaneCodec.TEXT_CHARS_MAX);
        Proposal textual = new Proposal(3, "c", 2, "alice", Proposal.Status.OPEN, longest);
        Proposal packed = new Proposal(3, "c", 2, "alice", Proposal.Status.OPEN, longest + "x");

        // When / Then
        assertThat(ControlPlaneCodec.encode(textual)).startsWith(1).hasSizeGreaterThan(longest.length());
        assertThat(ControlPlaneCodec.encode(packed)).startsWith(2).hasSizeLessThan(10_000);
        assertThat(ControlPlaneCodec.proposal(3, ControlPlaneCodec.encode(textual)))
                .isEqualTo(textual);
        assertThat(ControlPlaneCodec.proposal(3, ControlPlaneCodec.encode(packed)))
                .isEqualTo(packed);
        assertThat(ControlPlaneCodec.encodeDocument(longest)).hasSize(longest.length());
        assertThat(ControlPlaneCodec.document(ControlPlaneCodec.encodeDocument(longest + "x")))
                .isEqualTo(longest + "x");
    }

    /** Packed elsewhere: Java may pack the same text into other bytes. */
    @Test
    void shouldReadGoldenBytes_whenADocumentIsPacked() {
        // Given
        String gzip = "1f8b0800000000000203ab56cac9cccd2c2956b28a8ead0500db36b943" + "0d000000";
        String proposal = "02" + "01" + "0000000000000002" + "00000001" + "63" + "00000005" + "616c696365" + "00000021";

        // When / Then
        assertThat(ControlPlaneCodec.document(HexFormat.of().parseHex(gzip))).isEqualTo("{\"limits\":[]}");
        assertThat(ControlPlaneCodec.proposal(3, HexFormat.of().parseHex(proposal + gzip)))
                .isEqualTo(new Proposal(3, "c", 2, "alice", Proposal.Status.APPROVED, "{\"limits\":[]}"));
    }
}
