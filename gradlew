#!/bin/sh
# Starts the build: finds a JDK, the Rust toolchain, a linker and Gradle, and names what is missing. Knows nothing of the tasks.
#
# Gradle is, in this order: the distribution pinned in gradle/wrapper/gradle-wrapper.properties from Gradle's usual cache; the same,
# downloaded once and compared with its SHA-256; `gradle` on the PATH; as root on Debian or Ubuntu the distribution's package.
# Environment: JAVA_HOME (JDK 17 or newer), GRADLE_USER_HOME, JAVA_OPTS, GRADLE_OPTS.
set -eu

app_path=$0
while [ -h "$app_path" ]; do
	link=$(readlink "$app_path")
	case $link in
		/*) app_path=$link ;;
		*) app_path=$(dirname "$app_path")/$link ;;
	esac
done
project=$(CDPATH='' cd "$(dirname "$app_path")" && pwd -P)
properties=$project/gradle/wrapper/gradle-wrapper.properties
user_home=${GRADLE_USER_HOME:-$HOME/.gradle}

say() {
	printf 'gradlew: %s\n' "$*" >&2
}

die() {
	printf '\ngradlew: %s\n' "$1" >&2
	shift
	for line in "$@"; do printf '  %s\n' "$line" >&2; done
	exit 1
}

has() {
	command -v "$1" > /dev/null 2>&1
}

# install_command DEBIAN FEDORA ALPINE ARCH MACOS: the command of the package manager that is here.
install_command() {
	sudo=$([ "$(id -u)" = 0 ] || echo 'sudo ')
	if has apt-get; then echo "${sudo}apt-get install -y $1"
	elif has dnf; then echo "${sudo}dnf install -y $2"
	elif has apk; then echo "${sudo}apk add $3"
	elif has pacman; then echo "${sudo}pacman -S $4"
	elif has xcode-select; then echo "$5"
	else echo "your system's package manager: $1"
	fi
}

# property NAME: its value in gradle-wrapper.properties, with the escapes of the format taken out.
property() {
	sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$properties" | tr -d '\\\r' | sed -n 1p
}

# ---- tools the build needs -------------------------------------------------------------------------------------------------

find_jdk() {
	if [ -z "${JAVA_HOME:-}" ] && has javac; then
		javac=$(command -v javac)
		if [ "$(uname)" = Darwin ]; then
			JAVA_HOME=$(/usr/libexec/java_home 2> /dev/null || :)
		else
			JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$javac")")")
		fi
	fi
	cure=$(install_command openjdk-17-jdk-headless java-17-openjdk-devel openjdk17-jdk jdk17-openjdk 'brew install openjdk@17')
	if [ -z "${JAVA_HOME:-}" ]; then
		die 'no JDK found: neither JAVA_HOME is set nor javac on the PATH.' "Get one (17 or newer): $cure" \
			'or set JAVA_HOME to the folder of an installed JDK.'
	fi
	if [ ! -x "$JAVA_HOME/bin/java" ] || [ ! -x "$JAVA_HOME/bin/javac" ]; then
		die "JAVA_HOME=$JAVA_HOME has no bin/java and bin/javac: it is not a JDK." \
			"Set JAVA_HOME to a JDK (17 or newer) or unset it. To get one: $cure"
	fi
	java_version=$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 's/^.* version "\([^"]*\)".*$/\1/p' | sed -n 1p)
	java_major=${java_version#1.}
	java_major=${java_major%%[!0-9]*}
	if [ "${java_major:-0}" -lt 17 ]; then
		die "JAVA_HOME=$JAVA_HOME is Java ${java_version:-of an unknown version}; the build needs JDK 17 or newer." "Get one: $cure" \
			'and set JAVA_HOME to its folder if several are installed.'
	fi
	export JAVA_HOME
}

find_rust() {
	if ! has cargo && [ -x "$HOME/.cargo/bin/cargo" ]; then
		PATH=$HOME/.cargo/bin:$PATH
		export PATH
	fi
	cure="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
	if ! has cargo; then
		die 'no Rust toolchain found: cargo is neither on the PATH nor in ~/.cargo/bin.' "Get it: $cure"
	fi
	if ! rust_version=$(rustc --version 2>&1); then
		die "cargo is installed, but rustc does not start: $rust_version" 'With rustup: rustup default stable'
	fi
	wanted=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*$/\1/p' "$project/Cargo.toml" | sed -n 1p)
	found=${rust_version#rustc }
	if ! printf '%s %s\n' "${found%%[!0-9.]*}" "${wanted:-0.0}" | awk '{ split($1, f, "."); split($2, w, ".")
			exit !(f[1] > w[1] || f[1] == w[1] && f[2] + 0 >= w[2] + 0) }'; then
		die "$rust_version is too old; the build needs Rust $wanted or newer." 'With rustup: rustup update stable' "Without: $cure"
	fi
	if ! has cc; then
		die 'no linker found: Rust needs a C compiler called cc on the PATH.' \
			"Get it: $(install_command 'gcc libc6-dev' gcc build-base base-devel 'xcode-select --install')"
	fi
}

# Whether one of the tasks on the command line compiles something.
needs_rust() {
	skip=
	for argument in "$@"; do
		if [ -n "$skip" ]; then
			skip=
			continue
		fi
		case $argument in
			-b | -c | -D | -g | -I | -p | -P | -x | --build-file | --console | --exclude-task | --gradle-user-home | --init-script | \
				--max-workers | --project-dir | --project-prop | --settings-file | --system-prop | --warning-mode) skip=yes ;;
			-h | -\? | --help | -v | --version | --stop | --status) return 1 ;;
			-*) ;;
			clean | help | tasks | projects | properties | dependencies | dependencyInsight | buildEnvironment | wrapper) ;;
			*) return 0 ;;
		esac
	done
	return 1
}

# ---- Gradle ----------------------------------------------------------------------------------------------------------------

# The folder name Gradle's own wrapper uses for a URL: the MD5 of its text as a number in base 36.
url_hash() {
	if has md5sum; then md5=$(printf %s "$1" | md5sum)
	elif has md5; then md5=$(printf %s "$1" | md5 -q)
	else md5=$(printf %s "$1" | openssl md5 -r)
	fi
	printf '%s\n' "${md5%% *}" | awk '{
		n = length($1)
		for (i = 1; i <= n; i++) digit[i] = index("0123456789abcdef", tolower(substr($1, i, 1))) - 1
		do {
			rest = 0; more = 0
			for (i = 1; i <= n; i++) {
				value = rest * 16 + digit[i]; digit[i] = int(value / 36); rest = value % 36
				if (digit[i]) more = 1
			}
			text = substr("0123456789abcdefghijklmnopqrstuvwxyz", rest + 1, 1) text
		} while (more)
		print text
	}'
}

sha256() {
	if has sha256sum; then sum=$(sha256sum < "$1")
	elif has shasum; then sum=$(shasum -a 256 < "$1")
	else sum=$(openssl dgst -sha256 -r < "$1")
	fi
	printf '%s\n' "${sum%% *}"
}

# fetch URL [FILE]: without FILE only asks whether it is there. Leaves the reason of a failure in $reason.
fetch() {
	if has curl; then
		if [ $# = 2 ]; then set -- "$1" -o "$2"; else set -- "$1" -o /dev/null --head; fi
		reason=$(curl -fsSL --connect-timeout 10 --speed-limit 1000 --speed-time 30 "$@" 2>&1)
	elif has wget; then
		if [ $# = 2 ]; then set -- "$1" -O "$2"; else set -- "$1" --spider; fi
		if ! reason=$(wget -T 10 -t 1 "$@" 2>&1); then
			reason=$(printf '%s\n' "$reason" | sed '/^$/d' | tail -n 1)
			return 1
		fi
	else
		reason='neither curl nor wget is installed'
		return 1
	fi
}

# Downloads the pinned distribution into the cache. Fails only when it cannot be fetched; all else that goes wrong ends the build.
install_distribution() {
	fetch "$url" || return 1
	say "downloading $url (once)"
	mkdir -p "$folder"
	work=$(mktemp -d "$folder/.install-XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM HUP
	fetch "$url" "$work/gradle.zip" || return 1
	wanted=$(property distributionSha256Sum)
	actual=$(sha256 "$work/gradle.zip")
	if [ "$actual" != "$wanted" ]; then
		die "the SHA-256 of $url is wrong; the file was deleted." "expected $wanted" "received $actual" \
			'Something between here and that host changes files, or gradle-wrapper.properties was edited in one line only.'
	fi
	if ! unpack "$work/gradle.zip" "$work/unpacked" || ! chmod +x "$work/unpacked/$name/bin/gradle"; then
		die "$file could not be unpacked into $folder (see above)." 'Is the disk full? Run the command again when there is room.'
	fi
	# One rename, so that a build started at the same moment sees all of it or nothing; who comes second keeps the first copy.
	if [ ! -f "$folder/$file.ok" ]; then
		rm -rf "${folder:?}/$name"
		mv "$work/unpacked/$name" "$folder/$name" || [ -x "$gradle" ] || die "$folder is not writable."
		: > "$folder/$file.ok"
	fi
	rm -rf "$work"
	trap - EXIT INT TERM HUP
}

unpack() {
	mkdir "$2"
	if has unzip; then
		unzip -q "$1" -d "$2"
	else
		(cd "$2" && "$JAVA_HOME/bin/jar" xf "$1")
	fi
}

install_package() {
	say 'installing the package gradle of this system: apt-get install -y --no-install-recommends gradle'
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	log=$(mktemp)
	if ! apt-get install -y --no-install-recommends gradle > "$log" 2>&1 &&
		! { apt-get update && apt-get install -y --no-install-recommends gradle; } > "$log" 2>&1; then
		tail -n 5 "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
	hash -r
}

is_offline() {
	for argument in "$@"; do
		[ "$argument" != --offline ] || return 0
	done
	return 1
}

find_gradle() {
	url=$(property distributionUrl)
	file=${url##*/}
	name=${file%-bin.zip}
	name=${name%-all.zip}
	folder=$user_home/wrapper/dists/${file%.zip}/$(url_hash "$url")
	gradle=$folder/$name/bin/gradle
	if [ -f "$folder/$file.ok" ] && [ -x "$gradle" ]; then return; fi
	if is_offline "$@"; then
		reason='--offline was given'
	elif install_distribution; then
		return
	fi
	if ! has gradle && [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && has apt-get; then
		say "$file could not be downloaded ($reason)"
		install_package || :
	elif has gradle; then
		say "$file could not be downloaded ($reason); using $(command -v gradle)"
	fi
	if ! has gradle; then
		die "no Gradle: $url could not be downloaded ($reason) and there is no gradle on the PATH." \
			'Do one of these:' \
			'- open the way to that host (a proxy: export https_proxy=...)' \
			"- install a Gradle, 4.4.1 or 8 and newer: $(install_command gradle gradle gradle gradle 'brew install gradle')" \
			"- download that file elsewhere, unpack it and put its bin folder on the PATH"
	fi
	gradle=$(command -v gradle)
}

find_jdk
if needs_rust "$@"; then find_rust; fi
find_gradle "$@"

# Debian's 4.4.1: its start script prints `java -version` on every run, and its daemon on a JDK 17 neither sees the environment of
# who calls it nor ends a server at Ctrl-C. The same command without the one and the other.
launcher=/usr/share/gradle/lib/gradle-launcher-4.4.1.jar
if [ "$gradle" = /usr/bin/gradle ] && [ -f "$launcher" ]; then
	# shellcheck disable=SC2086 # these two are lists of options by convention
	exec "$JAVA_HOME/bin/java" --add-opens java.base/java.lang=ALL-UNNAMED ${JAVA_OPTS:-} ${GRADLE_OPTS:-} \
		-Dorg.gradle.appname=gradlew -classpath "$launcher" org.gradle.launcher.GradleMain --no-daemon "$@"
fi
exec "$gradle" "$@"
