# shellcheck shell=sh
# What the shell tests share: TAP on standard output. To be sourced by a script called with TANDEM SOURCE_ROOT;
# leaves $tandem and $root, and an empty folder $work to stand in, which goes with the shell.
tandem=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
export root # only so that shellcheck knows it to be used
root=$(cd "$2" && pwd)
[ -x "$tandem" ] || {
    echo "Bail out! $tandem cannot be run"
    exit 3
}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
unset COLUMNS NO_COLOR
LC_ALL=C.UTF-8
export LC_ALL

number=0
failures=0

# verdict STATUS NAME: 0 is ok
verdict() {
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        failures=$((failures + 1))
        for stream in out err; do
            [ ! -f $stream.txt ] || sed "s/^/# $stream: /" $stream.txt | head -n 5
        done
    fi
}

# skip NAME WHY
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# call ARGUMENT...: leaves $code, out.txt and err.txt
call() {
    "$tandem" "$@" >out.txt 2>err.txt </dev/null
    code=$?
}

# exits CODE NAME ARGUMENT...
exits() {
    wanted=$1 name=$2
    shift 2
    call "$@"
    [ "$code" -eq "$wanted" ]
    verdict $? "$name: exit status $wanted, not $code"
}

says() { # FILE PATTERN NAME
    grep -q -e "$2" "$1"
    verdict $? "$3"
}

silent() { # FILE NAME
    [ ! -s "$1" ]
    verdict $? "$2"
}

same() { # A B NAME
    cmp -s "$1" "$2"
    verdict $? "$3"
}

# The plan, and the end.
finish() {
    echo "1..$number"
    [ "$failures" -eq 0 ]
}
