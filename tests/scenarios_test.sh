#!/bin/sh
# What the repository's own scenarios claim: TAP on standard output.
# usage: scenarios_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${root:?}" "${work:?}"

for scenario in "$root"/scenarios/*.json; do
    name=$(basename "$scenario")
    exits 0 "check $name" check "$scenario"
    exits 0 "run $name" run --no-files "$scenario"
    says out.txt '^  holds ' "$name makes claims"
    ! grep -q -e '^  FAILS ' -e '^  skipped ' out.txt
    verdict $? "$name: all of them hold"
done

finish
