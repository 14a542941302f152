#!/bin/sh
# Makes the keys of a cluster, once: each process finds in its volume below /keys what it needs, and nothing else.
set -eu
umask 077
work=/keys/operator/made

if [ ! -f /keys/operator/admin.key ]; then
  rm -rf "$work"
  sluice keys signing --out "$work"

  # `sluice keys create` shows a key once, with the line that lets its holder in.
  create() {
    sluice keys create "$@" > "$work/created"
    sed -n 's/^key (shown only now): //p' "$work/created" > "$work/secret"
    sed -n 's/^ *- {/  - {/p' "$work/created" >> "$work/keys.yaml"
    rm "$work/created"
  }
  echo 'keys:' > "$work/keys.yaml"
  create gateway --accounts '*,anonymous:*'
  if [ -d /keys/gateway ]; then
    printf 'proxy_set_header Authorization "Bearer %s";\n' "$(cat "$work/secret")" > /keys/gateway/authorization.conf
  fi
  create operator --roles viewer,editor,approver,operator
  cp "$work/secret" "$work/admin.key"

  cd "$work"
  cp rules-private.pem rules-public.pem command-public.pem /keys/streams-app/
  cp rules-public.pem command-private.pem keys.yaml /keys/request-api/
  cp rules-public.pem command-private.pem command-public.pem /keys/operator/
  chown -R 10001:10001 /keys/streams-app /keys/request-api
  # Last, since it says that all are there.
  mv admin.key /keys/operator/
  rm -rf "$work"
  chown -R 10001:10001 /keys/operator
fi
# nginx names the same header in another way for gRPC.
if [ -f /keys/gateway/authorization.conf ]; then
  sed 's/^proxy_/grpc_/' /keys/gateway/authorization.conf > /keys/gateway/grpc-authorization.conf
fi
echo "every key is there"
