package io.sluice.streams;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.testkit.contract.AdmissionPort;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The topology under its test driver, asked record by record, with time in the test's hands. */
final class TopologyPort implements AdmissionPort, AutoCloseable {
    private static final ReplyAddress REPLY = new ReplyAddress(1, "c");

    private final TopologyFixture topology;
    private long revision;

    TopologyPort(Path stateDir, String documentJson) {
        topology = new TopologyFixture(stateDir);
        activate(documentJson);
    }

    @Override
    public void activate(String documentJson) {
        revision++;
        topology.activate(revision, documentJson);
    }

    @Override
    public Verdict admit(AdmissionRequest request) {
        return (Verdict) answer(request.clientId(), request.repliedTo(REPLY));
    }

    @Override
    public Reply admitAll(BatchRequest request) {
        return answer(request.clientId(), request.repliedTo(REPLY));
    }

    @Override
    public SettlementReply settle(SettleRequest request) {
        return (SettlementReply) answer(request.clientId(), request.repliedTo(REPLY));
    }

    @Override
    public QuotaReport quota(ClientId clientId) {
        return (QuotaReport) answer(clientId, new QuotaQuery(clientId).repliedTo(REPLY));
    }

    @Override
    public void passTime(ClientId clientId, long millis) {
        topology.advance(millis);
    }

    private Reply answer(ClientId clientId, RequestRecord request) {
        topology.send(clientId.account().getBytes(StandardCharsets.UTF_8), RequestCodec.encode(request));
        try {
            return topology.onlyReply();
        } catch (WireException e) {
            throw new AssertionError("a reply that cannot be read", e);
        }
    }

    @Override
    public void close() {
        topology.close();
    }
}
