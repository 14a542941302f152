package io.sluice.schemas.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.request.ControlRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What proves a message between partitions: a rules key, and the place. */
final class MessageKeyTest {
    private static final String OLD = pem("MC4CAQAwBQYDK2VwBCIEIKy4LfAO27+n/1krTrxc8TiCY+CLYKYgwIcKEVSc80Bi");
    private static final String NEW = pem("MC4CAQAwBQYDK2VwBCIEIIwU5bhpXWc7yL1Da6nqPTltqe93+i/CUfAFZ53cGZPC");
    private static final MessagePlace PLACE = new MessagePlace("cluster", "topic");
    private static final String PAYLOAD = "{\"kind\":\"wide-ends\"}";

    private static String pem(String base64) {
        return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    }

    private static MessageKey key(String pem, MessagePlace place) {
        return MessageKey.of(SigningKey.listOfPem(pem), place);
    }

    @Test
    void shouldProveNothing_whenTheClusterOrTheTopicIsAnother() {
        // Given
        ControlRecord message = key(OLD, PLACE).sign(PAYLOAD);

        // When / Then
        assertThat(key(OLD, PLACE).verify(message)).isTrue();
        assertThat(key(OLD, new MessagePlace("other", "topic")).verify(message)).isFalse();
        assertThat(key(OLD, new MessagePlace("cluster", "other")).verify(message))
                .isFalse();
        assertThat(key(NEW, PLACE).verify(message)).isFalse();
        assertThat(key(OLD, PLACE).verify(new ControlRecord(PAYLOAD + " ", message.signature())))
                .isFalse();
    }

    @Test
    void shouldTakeEachOthersMessages_whenAppsExchangeTheirKeyOneByOne() {
        // Given the files of an app before, between and after the steps
        List<MessageKey> apps = List.of(key(OLD, PLACE), key(OLD + NEW, PLACE), key(NEW + OLD, PLACE), key(NEW, PLACE));

        // When / Then each takes messages of those that are one step away
        for (int sender = 0; sender < apps.size(); sender++) {
            for (int receiver = 0; receiver < apps.size(); receiver++) {
                boolean isNear = Math.abs(sender - receiver) <= 1;
                boolean takes = apps.get(receiver).verify(apps.get(sender).sign(PAYLOAD));
                if (isNear) {
                    assertThat(takes).as("%s to %s", sender, receiver).isTrue();
                }
            }
        }
        assertThat(apps.get(0).verify(apps.get(3).sign(PAYLOAD))).isFalse();
    }

    @Test
    void shouldRefuseTheFile_whenItHasNoneOrTooManyKeys() {
        assertThatThrownBy(() -> SigningKey.listOfPem("")).hasMessageContaining("no PEM (expected: one PRIVATE KEY");
        assertThatThrownBy(() -> SigningKey.listOfPem(OLD + NEW + OLD)).hasMessageContaining("or 2 while keys");
    }

    @Test
    void shouldTakeEveryClaim_whenALogIsReplayed() {
        assertThat(MessageKey.ofReplay().verify(key(OLD, PLACE).sign(PAYLOAD))).isTrue();
        assertThat(MessageKey.ofReplay().verify(new ControlRecord(PAYLOAD, "ed25519:AAAA")))
                .isFalse();
    }
}
