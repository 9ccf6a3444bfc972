#!/bin/sh
# `certificate.sh CERTIFICATE KEY`: makes a self-signed certificate for 127.0.0.1 and its key (P-256), good for two days.
set -eu

if ! command -v openssl >/dev/null; then
	echo "bench: openssl is missing (package openssl)" >&2
	exit 1
fi
if ! log=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1,DNS:localhost -out "$1" -keyout "$2" 2>&1); then
	echo "$log" >&2
	exit 1
fi
