#!/usr/bin/env bash
# Runs the acceptance application on each line-up of Spring Boot, Tomcat and Jetty, and lets sockjs-client, @stomp/stompjs, ws and fetch
# check it: on its own servlet container, or with the starter added. Knows how to get the npm packages and a certificate; the processes
# are main.js's, the checks client.js's.
#
# Usage: run.sh        those checks
#        run.sh cut    5,000 connections, cut at once, twenty times (cut.js)
#
# Environment: HAWSER_SPRING_APPS (default: build/spring, which ./gradlew springApps makes), HAWSER_JAVA (default: java),
# HAWSER_STARTER_CP (class path of the starter; without it the checks run against the stock servers),
# HAWSER_SPRING_LINEUPS (default: boot3-tomcat boot4-tomcat boot4-jetty), HAWSER_SPRING_VARIANTS (default: plain relay tls).
# Packages and logs go to build/spring-tests. The last line is `N passed, N failed`.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$here/../.." && pwd)/build
out=$build/spring-tests
export HAWSER_SPRING_APPS=${HAWSER_SPRING_APPS:-$build/spring}
export HAWSER_SPRING_LINEUPS=${HAWSER_SPRING_LINEUPS:-boot3-tomcat boot4-tomcat boot4-jetty}
export HAWSER_SPRING_VARIANTS=${HAWSER_SPRING_VARIANTS:-plain relay tls}
export HAWSER_STARTER_CP=${HAWSER_STARTER_CP:-}
HAWSER_SPRING_ENGINE=$([ -n "$HAWSER_STARTER_CP" ] && echo hawser || echo none)
export HAWSER_SPRING_ENGINE

# give_up TEXT: nothing can be checked; the text names the cure.
give_up() {
	echo "FAIL  $1"
	echo "0 passed, 1 failed"
	exit 1
}

mkdir -p "$out"
rm -f "$out"/*.log
for lineup in $HAWSER_SPRING_LINEUPS; do
	[ -f "$HAWSER_SPRING_APPS/$lineup/version" ] || give_up "no application in $HAWSER_SPRING_APPS/$lineup: ./gradlew springApps makes it"
done
reason=$("$here/../node/install.sh" "$here" "$out") || give_up "$reason"
"$here/../certificates.sh" "$out/tls" >"$out/certificates.log" 2>&1 ||
	{ cat "$out/certificates.log"; give_up "no test certificate could be made, see above"; }
if [ "${1:-}" = cut ]; then
	[ -n "$HAWSER_STARTER_CP" ] || give_up "the cut is of connections to Hawser: HAWSER_STARTER_CP is needed"
	ulimit -n 20000 || give_up "20,000 open files are needed: raise the limit (ulimit -Hn)"
fi
HAWSER_SPRING_OUT=$out NODE_PATH=$out/node_modules exec node "$here/$([ "${1:-}" = cut ] && echo cut || echo main).js"
