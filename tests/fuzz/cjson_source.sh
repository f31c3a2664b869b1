#!/bin/sh
# cjson_source.sh FOLDER: the source of the cJSON that is installed, as Debian has it with its patches, into
# FOLDER/cjson, for the fuzzer to see into. The lists of source packages are kept in FOLDER: the system's own lists are
# left alone. Ends with 1, and says why, where there is no such source.
set -eu

die() {
    echo "cjson_source.sh: $*" >&2
    exit 1
}

[ $# -eq 1 ] || die "usage: cjson_source.sh FOLDER"
mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
cd "$1"
[ ! -f cjson/cJSON.c ] || exit 0
command -v apt-get >/dev/null || die "needs apt-get"
command -v dpkg-source >/dev/null || die "needs dpkg-source, of the package dpkg-dev"

# Where the library came from has its source, too.
version=$(dpkg-query --show --showformat '${Version}' libcjson-dev) || die "libcjson-dev is no installed package"
host=$(apt-cache policy libcjson-dev | sed -n 's|^ *[0-9]* https*://\([^ /]*\).*|\1|p' | head -n 1)
[ -n "$host" ] || die "apt-get does not know where libcjson-dev $version came from"
mkdir -p sources
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    if [ -f "$file" ] && grep -q "$host" "$file"; then
        sed 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /' "$file" >"sources/$(basename "$file")"
    fi
done

here=$(pwd)
for step in update "source --download-only cjson=$version"; do
    # shellcheck disable=SC2086 # the words of a step are words
    apt-get -q -o APT::Sandbox::User=root -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$here/sources" \
        -o Dir::State::lists="$here/lists" -o Dir::Cache="$here/cache" $step >log 2>&1 || {
        cat log >&2
        die "apt-get $step failed"
    }
done
dpkg-source --extract cjson_*.dsc cjson >log 2>&1 || {
    cat log >&2
    die "dpkg-source failed"
}
