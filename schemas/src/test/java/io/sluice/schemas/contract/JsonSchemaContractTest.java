package io.sluice.schemas.contract;

import static io.sluice.schemas.contract.JsonSchemas.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import io.sluice.schemas.AccountSamples;
import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.UsageSamples;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.codec.UsageCodec;
import io.sluice.schemas.codec.UsageQueryCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the code emits and accepts is what the JSON Schemas say. */
final class JsonSchemaContractTest {
    @Test
    void shouldMatchTheSchema_whenEmitted() throws Exception {
        // Given
        Schema requests = schema("request.v1.json");
        Schema replies = schema("reply.v1.json");
        Schema decisions = schema("decision.v1.json");
        Schema commands = schema("rules-command.v1.json");
        Schema audit = schema("audit.v1.json");

        // When / Then
        SampleRecords.requests().forEach((name, sample) -> assertValid(name, requests, RequestCodec.encode(sample)));
        SampleRecords.replies().forEach((name, sample) -> assertValid(name, replies, SampleRecords.encoded(sample)));
        SampleRecords.decisions().forEach((name, sample) -> assertValid(name, decisions, DecisionCodec.encode(sample)));
        SampleRecords.commands()
                .forEach((name, sample) -> assertValid(
                        name, commands, ControlCommandCodec.encode(sample).getBytes(StandardCharsets.UTF_8)));
        Schema accountCommands = schema("account-command.v1.json");
        AccountSamples.commands()
                .forEach((name, sample) -> assertValid(
                        name,
                        accountCommands,
                        AccountCommandCodec.encode(sample).getBytes(StandardCharsets.UTF_8)));
        assertValid(
                "clock mark",
                schema("clock-mark.v1.json"),
                ClockMarkCodec.encode(new ClockMark(3, 1_700_000_000_000L, "alice", "a reason"))
                        .getBytes(StandardCharsets.UTF_8));
        assertValid(
                "ledger version",
                schema("ledger-version.v1.json"),
                Files.readAllBytes(Path.of("src/test/resources/golden/v1/ledger-version.json")));
        assertValid(
                "signal",
                schema("signal.v1.json"),
                Files.readAllBytes(Path.of("src/test/resources/golden/v1/signal.json")));
        assertValid(
                "challenge",
                schema("challenge.v1.json"),
                Files.readAllBytes(Path.of("src/test/resources/golden/v1/challenge.json")));
        assertValid("profile", schema("profile.v1.json"), ProfileCodec.encode(AccountSamples.profile()));
        SampleRecords.audit().forEach((name, sample) -> assertValid(name, audit, AuditCodec.encode(sample)));
        Schema alerts = schema("alert.v1.json");
        SampleRecords.alerts().forEach((name, sample) -> assertValid(name, alerts, AlertCodec.encode(sample)));
        Schema queries = schema("usage-query.v1.json");
        UsageSamples.queries().forEach((name, sample) -> assertValid(name, queries, UsageQueryCodec.encode(sample)));
        Schema usage = schema("usage.v1.json");
        UsageSamples.usage().forEach((name, sample) -> assertValid(name, usage, UsageCodec.encode(sample)));
        assertValid(
                "access entries",
                schema("access-snapshot.v1.json"),
                AccessSnapshotCodec.encode(SampleRecords.access()).getBytes(StandardCharsets.UTF_8));
        assertValid(
                "activation",
                schema("ruleset-activation.v1.json"),
                ActivationCodec.encode(SampleRecords.activation()).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldMatchTheirSchemas_whenADocumentIsPacked() throws Exception {
        // Given
        String document = "x".repeat(1_000_000);
        RulesetActivation activation = new RulesetActivation(1, document, "alice", "r");
        ControlCommand command =
                new ControlCommand("c1", "alice", "r", new ControlCommand.Propose(2, document), /* reply= */ null);

        // When / Then
        assertValid(
                "activation",
                schema("ruleset-activation.v1.json"),
                ActivationCodec.encode(activation).getBytes(StandardCharsets.UTF_8));
        assertValid(
                "command",
                schema("rules-command.v1.json"),
                ControlCommandCodec.encode(command).getBytes(StandardCharsets.UTF_8));
        for (AuditEntry.Action action : List.of(
                new AuditEntry.Proposed(4, "c1", 2, document),
                new AuditEntry.Activated(4, 3, document),
                new AuditEntry.RolledBack(1, 4, document))) {
            assertValid(
                    action.wireName(),
                    schema("audit.v1.json"),
                    AuditCodec.encode(new AuditEntry(1, 2, "alice", "r", action)));
        }
    }

    @Test
    void shouldListEveryErrorCode_whenAVerdictIsAnError() throws Exception {
        // Given
        Schema replies = schema("reply.v1.json");

        // When / Then
        for (Field code : WireError.class.getFields()) {
            WireError error = new WireError((String) code.get(null), "cost", "-3 (expected: 0..1000000000)");
            assertValid(code.getName(), replies, SampleRecords.encoded(Verdict.error("c0ffee-1", "3-17", error)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"v\":1,\"clientId\":\"acme\"}",
                "{\"v\":1,\"type\":\"admission\",\"clientId\":\"acme/b/c\",\"cost\":0}",
                "{\"v\":1,\"clientId\":\"acme\",\"cost\":1000000000}",
                "{\"v\":1,\"clientId\":\"acme/50%/.../.a/5%2/100% a;b?c\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"meta\":{\"a\":[1,{\"b\":null}]}}",
                "{\"v\":1,\"clientId\":\"acme\",\"route\":{},\"attributes\":{\"a\":\"\"}}",
                "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":0,\"correlationId\":\"c\"}}",
                "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":86400000}}",
                "{\"v\":1,\"clientId\":\"acme\",\"maxWaitMillis\":60000,\"priority\":\"critical\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"maxWaitMillis\":0,\"priority\":\"normal\"}",
                "{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"reservationId\":\"0-17\",\"cost\":0}",
                "{\"v\":1,\"type\":\"cancel\",\"clientId\":\"acme/b\",\"reservationId\":\"7-0\"}",
                "{\"v\":1,\"type\":\"release\",\"clientId\":\"acme\",\"releaseId\":\"0-9223372036854775807\"}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},"
                        + "{\"clientId\":\"acme/b\",\"cost\":0}]}",
                "{\"v\":1,\"type\":\"explain\",\"clientId\":\"acme\",\"cost\":3,"
                        + "\"reply\":{\"partition\":0,\"correlationId\":\"c\"}}",
                "{\"v\":1,\"type\":\"ping\",\"reply\":{\"partition\":0,\"correlationId\":\"c\"}}",
                "{\"v\":1,\"type\":\"control\",\"payload\":\"p\",\"signature\":\"s\"}"
            })
    void shouldBeAcceptedByBoth_whenValid(String request) throws Exception {
        // Given
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);

        // When
        DecodedRequest decoded = RequestCodec.decode("acme".getBytes(StandardCharsets.UTF_8), bytes);

        // Then
        assertThat(decoded).isInstanceOf(DecodedRequest.WellFormed.class);
        assertValid(request, schema("request.v1.json"), bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"clientId\":\"acme\"}",
                "{\"v\":2,\"clientId\":\"acme\"}",
                "{\"v\":1}",
                "{\"v\":1,\"clientId\":\"\"}",
                "{\"v\":1,\"clientId\":\"acme/\"}",
                "{\"v\":1,\"clientId\":\"/acme\"}",
                "{\"v\":1,\"clientId\":\"acme//b\"}",
                "{\"v\":1,\"clientId\":\"acme/a%2Fb\"}",
                "{\"v\":1,\"clientId\":\"acme\\\\b\"}",
                "{\"v\":1,\"clientId\":\"acme/../b\"}",
                "{\"v\":1,\"clientId\":\"acme/.\"}",
                "{\"v\":1,\"clientId\":\"..\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"meta\":[]}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\",\"meta\":{}},{\"clientId\":\"acme\"}]}",
                "{\"v\":1,\"clientId\":\"acme\\u0007\"}",
                "{\"v\":1,\"clientId\":7}",
                "{\"v\":1,\"clientId\":\"acme\",\"cost\":-1}",
                "{\"v\":1,\"clientId\":\"acme\",\"cost\":1000000001}",
                "{\"v\":1,\"clientId\":\"acme\",\"cost\":1.5}",
                "{\"v\":1,\"clientId\":\"acme\",\"cost\":\"1\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"attributes\":{\"\":\"x\"}}",
                "{\"v\":1,\"clientId\":\"acme\",\"attributes\":{\"a\":1}}",
                "{\"v\":1,\"clientId\":\"acme\",\"idempotencyKey\":\"\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":-1,\"correlationId\":\"c\"}}",
                "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":0}}",
                "{\"v\":1,\"clientId\":\"acme\",\"maxWaitMillis\":-1}",
                "{\"v\":1,\"clientId\":\"acme\",\"maxWaitMillis\":60001}",
                "{\"v\":1,\"clientId\":\"acme\",\"priority\":\"urgent\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"priority\":\"HIGH\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"priority\":1}",
                "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{}}",
                "{\"v\":1,\"clientId\":\"acme\",\"reserve\":5}",
                "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":0}}",
                "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":86400001}}",
                "{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"reservationId\":\"0-17\"}",
                "{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"reservationId\":\"0-17\",\"cost\":-1}",
                "{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"cost\":1}",
                "{\"v\":1,\"type\":\"cancel\",\"clientId\":\"acme\",\"reservationId\":\"17\"}",
                "{\"v\":1,\"type\":\"cancel\",\"clientId\":\"acme\",\"reservationId\":\"0-1-7\"}",
                "{\"v\":1,\"type\":\"cancel\",\"reservationId\":\"0-17\"}",
                "{\"v\":1,\"type\":\"release\",\"clientId\":\"acme\",\"reservationId\":\"0-17\"}",
                "{\"v\":1,\"type\":\"quota\",\"clientId\":\"acme\"}",
                "{\"v\":1,\"type\":\"batch\"}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":{}}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"}]}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},7]}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\",\"cost\":-1}]}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\","
                        + "\"reserve\":{\"ttlMillis\":5}}]}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\","
                        + "\"idempotencyKey\":\"k\"}]}",
                "{\"v\":1,\"type\":\"explain\",\"clientId\":\"acme\"}",
                "{\"v\":1,\"type\":\"ping\"}",
                "{\"v\":1,\"clientId\":\"acme\",\"unknown\":[{}]}",
                "{\"v\":1,\"clientId\":\"acme\",\"Cost\":1}",
                "{\"v\":1,\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":5,\"x\":1}}",
                "{\"v\":1,\"clientId\":\"acme\",\"route\":{\"Path\":\"/\"}}",
                "{\"v\":1,\"clientId\":\"acme\",\"payload\":\"p\"}",
                "{\"v\":1,\"type\":\"cancel\",\"clientId\":\"acme\",\"reservationId\":\"7-0\",\"cost\":9}",
                "{\"v\":1,\"type\":\"batch\",\"clientId\":\"acme\",\"checks\":[{\"clientId\":\"acme\"},"
                        + "{\"clientId\":\"acme\"}]}",
                "{\"v\":1,\"type\":\"batch\",\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\",\"x\":1}]}",
                "{\"v\":1,\"type\":\"ping\",\"reply\":{\"partition\":0,\"correlationId\":\"c\",\"x\":1}}",
                "{\"v\":1,\"type\":\"control\",\"payload\":\"p\"}",
                "{\"v\":1,\"type\":\"unknown\"}"
            })
    void shouldBeRefusedByBoth_whenInvalid(String request) throws Exception {
        // Given
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);

        // When
        DecodedRequest decoded = RequestCodec.decode("acme".getBytes(StandardCharsets.UTF_8), bytes);

        // Then
        assertThat(decoded).isInstanceOf(DecodedRequest.Malformed.class);
        assertThat(schema("request.v1.json").validate(request, InputFormat.JSON))
                .as(request)
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'v':2,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'approve',"
                        + "'proposalId':1}",
                "{'v':1,'kind':'ruleset','commandId':'c','principal':'p','reason':'r','action':'approve',"
                        + "'proposalId':1}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','action':'approve','proposalId':1}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'','reason':'r','action':'approve',"
                        + "'proposalId':1}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'approve'}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'activate',"
                        + "'proposalId':1}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'propose',"
                        + "'expectedRevision':0}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'roll-back',"
                        + "'revision':0,'expectedRevision':0}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'destroy'}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'approve',"
                        + "'proposalId':1,'revision':1}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'approve',"
                        + "'proposalId':1,'x':1}",
                "{'v':1,'kind':'rules-command','commandId':'c','principal':'p','reason':'r','action':'reject',"
                        + "'proposalId':1,'reply':{'partition':-1,'correlationId':'c'}}"
            })
    void shouldBeRefusedByBoth_whenACommandIsInvalid(String command) throws Exception {
        // Given
        String json = command.replace('\'', '"');

        // When / Then
        assertThatThrownBy(() -> ControlCommandCodec.decode(json)).isInstanceOf(WireException.class);
        assertThat(schema("rules-command.v1.json").validate(json, InputFormat.JSON))
                .as(json)
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{HEAD,'action':'set-tier'}",
                "{HEAD,'action':'set-tier','tier':''}",
                "{HEAD,'action':'override','limit':'a'}",
                "{HEAD,'action':'override','limit':'a','override':'x'}",
                "{HEAD,'action':'remove-override'}",
                "{HEAD,'action':'deny','untilMillis':0}",
                "{HEAD,'action':'allow','message':7}",
                "{HEAD,'action':'reset','scope':['acme/a']}",
                "{HEAD,'action':'reset','limit':'a','scope':'acme/a'}",
                "{HEAD,'action':'grant','limit':'a'}",
                "{HEAD,'action':'add-credit','limit':'a','tokens':1}",
                "{HEAD,'action':'add-credit','credit':'o','limit':'a','tokens':1,'first':'yes'}",
                "{HEAD,'action':'add-credit','credit':'o','limit':'a','tokens':1,'fromMillis':-1}",
                "{HEAD,'action':'add-credit','credit':' ','limit':'a','tokens':0}",
                "{HEAD,'action':'remove-credit','credit':'o','limit':'a'}",
                "{HEAD,'action':'grant','limit':'a','tokens':0}",
                "{HEAD,'action':'grant','limit':'a','tokens':1000000000001}",
                "{HEAD,'action':'promote'}",
                "{HEAD,'action':'unlist','tier':'gold'}",
                "{HEAD,'action':'set-tier','tier':'gold','Limit':'a'}",
                "{'v':1,'kind':'ruleset','account':'acme','commandId':'c','principal':'p','reason':'r',"
                        + "'expectedVersion':0,'action':'unlist'}",
                "{'v':1,'kind':'account-command','account':'acme/a','commandId':'c','principal':'p','reason':'r',"
                        + "'expectedVersion':0,'action':'unlist'}",
                "{'v':1,'kind':'account-command','account':'acme','commandId':'c','principal':'p','reason':'',"
                        + "'expectedVersion':0,'action':'unlist'}",
                "{'v':1,'kind':'account-command','account':'acme','commandId':'c','principal':'p','reason':'r',"
                        + "'action':'unlist'}"
            })
    void shouldBeRefusedByBoth_whenAnAccountCommandIsInvalid(String command) throws Exception {
        // Given
        String head = "'v':1,'kind':'account-command','account':'acme','commandId':'c','principal':'p','reason':'r',"
                + "'expectedVersion':0";
        String json = command.replace("HEAD", head).replace('\'', '"');

        // When / Then
        assertThatThrownBy(() -> AccountCommandCodec.decode(json)).isInstanceOf(WireException.class);
        assertThat(schema("account-command.v1.json").validate(json, InputFormat.JSON))
                .as(json)
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':1,'kind':'ledger-version','version':0,'principal':'p','reason':'r'}",
                "{'v':1,'kind':'ledger-version','version':1001,'principal':'p','reason':'r'}",
                "{'v':1,'kind':'ledger-version','version':2,'principal':'','reason':'r'}",
                "{'v':1,'kind':'ledger-version','version':2,'principal':'p'}",
                "{'v':1,'kind':'clock-mark','version':2,'principal':'p','reason':'r'}",
                "{'v':2,'kind':'ledger-version','version':2,'principal':'p','reason':'r'}"
            })
    void shouldBeRefusedByBoth_whenALedgerVersionIsInvalid(String version) throws Exception {
        // Given
        String json = version.replace('\'', '"');

        // When / Then
        assertThatThrownBy(() -> LedgerVersionCodec.decode(json)).isInstanceOf(WireException.class);
        assertThat(schema("ledger-version.v1.json").validate(json, InputFormat.JSON))
                .as(json)
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':1,'kind':'clock-mark','partition':-1,'nowMillis':0,'principal':'p','reason':'r'}",
                "{'v':1,'kind':'clock-mark','partition':2147483648,'nowMillis':0,'principal':'p','reason':'r'}",
                "{'v':1,'kind':'clock-mark','partition':0,'nowMillis':-1,'principal':'p','reason':'r'}",
                "{'v':1,'kind':'clock-mark','partition':0,'nowMillis':0,'principal':'','reason':'r'}",
                "{'v':1,'kind':'clock-mark','partition':0,'nowMillis':0,'principal':'p'}",
                "{'v':1,'kind':'account-command','partition':0,'nowMillis':0,'principal':'p','reason':'r'}",
                "{'v':2,'kind':'clock-mark','partition':0,'nowMillis':0,'principal':'p','reason':'r'}"
            })
    void shouldBeRefusedByBoth_whenAClockMarkIsInvalid(String mark) throws Exception {
        // Given
        String json = mark.replace('\'', '"');

        // When / Then
        assertThatThrownBy(() -> ClockMarkCodec.decode(json)).isInstanceOf(WireException.class);
        assertThat(schema("clock-mark.v1.json").validate(json, InputFormat.JSON))
                .as(json)
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':1,'kind':'signal','signal':'DB','state':'bad','validMillis':1000,'nowMillis':0,'principal':'p'}",
                "{'v':1,'kind':'signal','signal':'db','state':'ill','validMillis':1000,'nowMillis':0,'principal':'p'}",
                "{'v':1,'kind':'signal','signal':'db','state':'bad','validMillis':999,'nowMillis':0,'principal':'p'}",
                "{'v':1,'kind':'signal','signal':'db','state':'bad','validMillis':3600001,'nowMillis':0,"
                        + "'principal':'p'}",
                "{'v':1,'kind':'signal','signal':'db','state':'bad','validMillis':1000,'nowMillis':-1,"
                        + "'principal':'p'}",
                "{'v':1,'kind':'signal','signal':'db','state':'bad','validMillis':1000,'nowMillis':0,'principal':''}",
                "{'v':1,'kind':'signal','state':'bad','validMillis':1000,'nowMillis':0,'principal':'p'}",
                "{'v':2,'kind':'signal','signal':'db','state':'bad','validMillis':1000,'nowMillis':0,'principal':'p'}"
            })
    void shouldBeRefusedByBoth_whenASignalIsInvalid(String signal) throws Exception {
        // Given
        String json = signal.replace('\'', '"');

        // When / Then
        assertThatThrownBy(() -> SignalCodec.decode(json)).isInstanceOf(WireException.class);
        assertThat(schema("signal.v1.json").validate(json, InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void shouldMatchTheRulesetSchema_whenInTheDocumentsOrExamples() throws Exception {
        // Given
        String rules = Files.readString(Path.of("../docs/RULES.md"));
        List<String> documents = Pattern.compile("^```yaml\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(rules)
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.toCollection(ArrayList::new));
        try (Stream<Path> examples = Files.list(Path.of("../examples"))) {
            for (Path example : examples.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                documents.add(Files.readString(example));
            }
        }

        // When / Then
        assertThat(documents).hasSizeGreaterThanOrEqualTo(7);
        for (String document : documents) {
            assertThat(schema("ruleset.v1.json").validate(document, InputFormat.YAML))
                    .as(document)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{id: a, scope: client}",
                "{id: a, scope: client, algorithm: leaky-bucket, rate: {tokens: 1, per: 1s}}",
                "{id: a, scope: client, algorithm: leaky-bucket, rate: {tokens: 1, per: 1s}, queue: 1, burst: 1}",
                "{id: a, scope: client, algorithm: concurrency, limit: 1001, ttl: 1s}",
                "{id: a, scope: client, algorithm: sliding-window-log, limit: 1, window: {calendar: day}}",
                "{id: a, scope: client, algorithm: fixed-window, limit: 1, window: {calendar: day, per: 1d}}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, candidate: {rate: {tokens: 1, per: 1s}, id: b}}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, mode: maybe}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, record: all}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, record: true}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, onExceed: explode}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, onExceed: throttle}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, onExceed: tag, maxWait: 2s}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, maxWait: 2s}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, keepFor: {low: 2%}}",
                "{id: a, scope: client, rate: {tokens: 1, per: 1s}, keepFor: {high: 20}}",
                "{id: a, scope: 'client:0', rate: {tokens: 1, per: 1s}}",
            })
    void shouldNotMatchTheRulesetSchema_whenALimitIsWrong(String limit) throws Exception {
        assertThat(schema("ruleset.v1.json").validate("limits: [" + limit + "]", InputFormat.YAML))
                .isNotEmpty();
    }

    private static void assertValid(String name, Schema schema, byte[] json) {
        assertThat(schema.validate(new String(json, StandardCharsets.UTF_8), InputFormat.JSON))
                .as(name)
                .isEmpty();
    }
}
