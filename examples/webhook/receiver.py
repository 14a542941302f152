#!/usr/bin/env python3
"""Receives the alerts of Sluice: checks who sent each, takes it once, and prints a line about it.

  receiver.py SECRET_FILE [PORT]
"""
import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_SECONDS = 300
BODY_BYTES_MAX = 65_536

secrets = [base64.b64decode(line.strip().removeprefix("whsec_")) for line in open(sys.argv[1]) if line.strip()]
seen = {}


def problem(headers, body):
    """Why a message is refused; empty if it is accepted."""
    message_id, sent, signatures = (headers.get("webhook-" + name, "") for name in ("id", "timestamp", "signature"))
    if not sent.isdigit() or abs(time.time() - int(sent)) > TOLERANCE_SECONDS:
        return "sent at another time"
    signed = f"{message_id}.{sent}.".encode() + body
    expected = ["v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets]
    if not any(hmac.compare_digest(one, given) for one in expected for given in signatures.split()):
        return "sent by somebody else"
    return ""


def line(alert):
    who = alert["account"] + (" " + alert["limitId"] if "limitId" in alert else "")
    if alert["type"] == "threshold":
        return f"{who}: {alert['used']} of {alert['capacity']} tokens are used"
    if alert["type"] == "spike":
        return f"{who}: {alert['requests']} requests, usually {alert['usualRequests']}"
    if alert["type"] == "burn-rate":
        used = f"{alert['chargedLastHour']} used in an hour"
        return f"{who}: {alert['remaining']} of {alert['limit']} tokens left, {used}"
    return f"{who}: {alert['type']}"


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers.get("content-length", 0))
        body = self.rfile.read(min(size, BODY_BYTES_MAX))
        wrong = problem(self.headers, body)
        message_id = self.headers.get("webhook-id")
        if wrong:
            print("refused:", wrong, flush=True)
        elif message_id not in seen:
            seen[message_id] = True
            print(line(json.loads(body)), flush=True)
        self.send_response(401 if wrong else 204)
        self.end_headers()

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 9099), Receiver)
    print("listening on", f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
