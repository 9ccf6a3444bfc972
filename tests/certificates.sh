#!/usr/bin/env bash
# Makes a certificate authority that exists for one test run, and a server certificate of it for localhost and 127.0.0.1.
# Knows openssl; nothing of who trusts it. Usage: certificates.sh FOLDER
#
# In FOLDER: ca.pem (to be trusted); server.pem and server-key.pem, or server.p12 with the password "localhost" (to be
# served). The CA's key is not kept.
set -euo pipefail

folder=$1
days=2

command -v openssl > /dev/null || { echo "openssl is needed to make test certificates: apt-get install openssl"; exit 1; }
mkdir -p "$folder"
cd "$folder"
rm -f ca.pem server.pem server-key.pem server.p12
umask 077

new_key() {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

new_key ca-key.pem
openssl req -x509 -new -key ca-key.pem -sha256 -days $days -subj "/O=Hawser tests/CN=Hawser test CA" -out ca.pem \
	-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
new_key server-key.pem
openssl req -new -key server-key.pem -subj "/O=Hawser tests/CN=localhost" -out server.csr
cat > extensions.cnf <<'END'
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
END
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -sha256 -days $days \
	-extfile extensions.cnf -out server.pem
openssl pkcs12 -export -in server.pem -inkey server-key.pem -name server -passout pass:localhost -out server.p12
rm ca-key.pem server.csr extensions.cnf
rm -f ./*.srl
openssl verify -CAfile ca.pem server.pem
