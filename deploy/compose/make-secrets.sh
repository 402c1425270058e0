#!/bin/sh
# Makes the stack's CA, certificates and tokens, and gives each party its own, each in a volume of its own. Runs at every
# start: CA and tokens stay, certificates are made anew, and whoever runs already reads them anew.
set -eu
umask 077
cd /etc/sagaway
servers="orchestrator order inventory payment shipping nats postgres"
clients="caller probe"

set -- authority
for name in $servers; do set -- "$@" --server "$name"; done
for name in $clients; do set -- "$@" --client "$name"; done
sagaway dev-certs "$@"

# A key before its certificate: who reads in between keeps what it has.
give() {
  party=$1
  shift
  for name in "$@"; do
    for file in "$name-key.pem" "$name.pem"; do
      cp "authority/$file" "$party/.$file"
      mv "$party/.$file" "$party/$file"
    done
  done
  cp authority/ca.pem "$party/.ca.pem"
  mv "$party/.ca.pem" "$party/ca.pem"
}
give orchestrator orchestrator caller
give bus nats
give database postgres
give participants order inventory payment shipping probe
cp authority/ca.pem client/ca.pem

if [ ! -s client/token ] || [ ! -s orchestrator/tokens.json ]; then
  rm -f client/token orchestrator/tokens.json
  sagaway token create --name operator --role admin --file orchestrator/tokens.json --out client/token
fi

if [ ! -s bus/authorization.conf ]; then
  token=$(python -c "import secrets; print(secrets.token_urlsafe(32))")
  for party in orchestrator participants client; do printf %s "$token" >"$party/nats-token"; done
  printf 'authorization { token: "%s" }\n' "$token" >bus/authorization.conf
fi

if [ ! -s database/password ]; then
  python -c "import secrets; print(secrets.token_urlsafe(32), end='')" >database/password
  printf 'postgres:5432:sagas:sagaway:%s\n' "$(cat database/password)" >orchestrator/pgpass
fi
