package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.data.ForwardAuthConfig;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The options that say which gateways are believed. */
final class ForwardAuthOptionsTest {

    @Command
    private static final class Holder {
        @Mixin
        private ForwardAuthOptions options = new ForwardAuthOptions();
    }

    private static ForwardAuthConfig read(String... arguments) throws CommandFailure {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.options.read();
    }

    @Test
    void shouldTrustNobody_whenNothingIsGiven() throws Exception {
        assertThat(read()).isEqualTo(ForwardAuthConfig.standard());
    }

    @Test
    void shouldReadAll_whenGiven() throws Exception {
        // When
        ForwardAuthConfig config = read(
                "--trusted-proxies",
                "10.0.0.0/8,2001:db8::1",
                "--trusted-proxies",
                "192.0.2.1",
                "--forward-auth-client-header",
                "X-Client-ID",
                "--forward-auth-cost-header",
                "X-Cost",
                "--forward-auth-priority-header",
                "X-Priority",
                "--forward-auth-attribute",
                "agent=User-Agent,plan=X-Plan",
                "--forward-auth-deadline-millis",
                "250");

        // Then
        assertThat(config.proxies().isTrusted(InetAddress.getByName("192.0.2.1")))
                .isTrue();
        assertThat(config.proxies().ranges()).hasSize(3);
        assertThat(config.deadlineMillis()).isEqualTo(250);
        assertThat(config.fields())
                .isEqualTo(new ForwardAuthConfig.Fields(
                        "X-Client-ID", "X-Cost", "X-Priority", Map.of("agent", "User-Agent", "plan", "X-Plan")));
    }

    @ParameterizedTest
    @CsvSource({
        "--trusted-proxies, gateway.example, '\"gateway.example\" (expected: an address range'",
        "--forward-auth-client-header, Host, 'client field: Host (expected: another one'",
        "--forward-auth-attribute, ip=X-Real-IP, 'attribute \"ip\"'",
        "--forward-auth-deadline-millis, 0, 'deadlineMillis: 0 (expected: 1..60000)'"
    })
    void shouldNameTheValue_whenItIsWrong(String option, String value, String message) {
        assertThatThrownBy(() -> read(option, value))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("forward-auth: ")
                .hasMessageContaining(message);
    }
}
