package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.AccountProfile.LastChange;
import io.sluice.engine.profile.ProfileListing;
import io.sluice.engine.profile.SettingsChange.At;
import io.sluice.engine.profile.SettingsChange.BucketsReset;
import io.sluice.engine.profile.SettingsChange.OverrideChanged;
import io.sluice.engine.profile.SettingsChange.TierChanged;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccountSettings;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.StoredBucket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Profiles byte for byte, and what buckets and holds keep of them. */
final class StoredProfileCodecTest {
    private static final String SOURCE = "{\"rate\":{\"tokens\":1,\"per\":\"1s\"}}";
    private static final String AT = "0000000000000002" + "0000000000000003" + "0000000000000004";
    private static final String GOLDEN = "01" + "0000000000000009" + "01" + "000370726f"
            + "0001" + "000161" + "0020" + hex(SOURCE)
            + "02" + "00000000000000ff" + "00026e6f"
            + AT + "0000000000000006"
            + "0003"
            + "01" + AT + "00"
            + "02" + AT + "000161" + "01" + "0020" + hex(SOURCE)
            + "03" + AT + "01" + "000161" + "00"
            + "01" + "000163" + "0000000000000005" + "000162" + "000177";

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static AccountProfile profile() {
        At at = new At(2, 3, 4);
        LimitOverride override = Overrides.known(SOURCE);
        return new AccountProfile(
                9,
                new AccountSettings("pro", Map.of("a", override)),
                new ProfileListing(Access.DENY, 255, "no"),
                List.of(
                        new TierChanged(at, null),
                        new OverrideChanged(at, "a", override),
                        new BucketsReset(at, "a", null)),
                at,
                6,
                new LastChange("c", 5, new Author("b", "w")));
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenProfile() {
        assertThat(HexFormat.of().formatHex(StoredProfileCodec.encode(profile())))
                .isEqualTo(GOLDEN);
        assertThat(StoredProfileCodec.profile(HexFormat.of().parseHex(GOLDEN))).isEqualTo(profile());
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenProfileHasCredits() {
        // Given
        AccountProfile plain = profile();
        AccountProfile credited = new AccountProfile(
                plain.version(),
                plain.settings(),
                plain.listing(),
                plain.history(),
                plain.horizon(),
                plain.forgottenVersion(),
                plain.last(),
                List.of(
                        new Credit("a", 8, "l", List.of(), "", 5, false, 0, 17),
                        new Credit("bé", 9, "m", List.of("x/y"), "x/y", 6, true, 2, Credit.FOR_EVER)));
        String golden = "02" + GOLDEN.substring(2) + "02"
                + "000161" + "0000000000000008" + "00016c" + "00" + "0000" + "0000000000000005" + "00"
                + "0000000000000000" + "0000000000000011"
                + "000362c3a9" + "0000000000000009" + "00016d" + "01" + "0003782f79" + "0003782f79"
                + "0000000000000006" + "01" + "0000000000000002" + "7fffffffffffffff";

        // When / Then
        assertThat(HexFormat.of().formatHex(StoredProfileCodec.encode(credited)))
                .isEqualTo(golden);
        assertThat(StoredProfileCodec.profile(HexFormat.of().parseHex(golden))).isEqualTo(credited);
    }

    @Test
    void shouldWriteAndReadItAgain_whenProfileIsEmpty() {
        AccountProfile none = AccountProfile.NONE;

        assertThat(StoredProfileCodec.profile(StoredProfileCodec.encode(none))).isEqualTo(none);
    }

    @Test
    void shouldRefuse_whenVersionUnknown() {
        byte[] future = HexFormat.of().parseHex("03" + GOLDEN.substring(2));

        assertThatThrownBy(() -> StoredProfileCodec.profile(future))
                .hasMessage("stored value version: 3 (expected: 1..2)");
    }

    @Test
    void shouldKeepTheTermsVersion_whenBucketOrHoldWasWrittenUnderOne() {
        // Given
        StoredBucket bucket = new StoredBucket(7, 5, new TokenState(3, 2, 1), BucketMarks.NONE);
        HoldEntry.Open hold = new HoldEntry.Open("acme", 2, 3, 4, 7, 5, List.of(new HoldEntry.HeldBucket("l", "acme")));

        // When
        byte[] storedBucket = StateCodec.encode(bucket);
        byte[] storedHold = HoldEntryCodec.encode(hold);

        // Then
        assertThat(HexFormat.of().formatHex(storedBucket))
                .isEqualTo("02" + "0000000000000007" + "0000000000000005" + "0000" + "0000000000000000" + "01"
                        + "0000000000000003" + "0000000000000002" + "0000000000000001");
        assertThat(StateCodec.bucket(storedBucket)).isEqualTo(bucket);
        assertThat(HexFormat.of().formatHex(storedHold))
                .startsWith("026f" + "0000000000000002" + "0000000000000003" + "0000000000000004" + "0000000000000007"
                        + "0000000000000005");
        assertThat(HoldEntryCodec.entry(storedHold)).isEqualTo(hold);
    }
}
