#!/bin/sh
# What helps while a scenario is written: explain and new. TAP on standard output.
# usage: explain_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${root:?}" "${work:?}"

# ---- keys ----

exits 0 'a key' explain timeout
says out.txt '^    stands in   load\[N\]\.timeout$' 'it stands in loads'
says out.txt '^ *policies\.POLICY\.calls\.CALL\.timeout$' 'it stands in exceptions of policies'
says out.txt '^    value       distribution, or "none"$' 'what it looks like'
says out.txt '^    if absent   "none"$' 'what it is if absent'
silent err.txt 'nothing on standard error'

exits 0 'a path' explain policies.timeout
! grep -q 'load\[N\]' out.txt
verdict $? 'a path tells it from those elsewhere'

exits 0 'a path with names' explain 'load[0].open.poisson' components.shop.inbox.capacity
says out.txt '^    stands in   load\[N\]\.open\.poisson$' 'a path with the number of an element'
says out.txt 'from 0 to 1000000000$' 'the range of a count'

exits 2 'a path that is none' explain run.capacity
exits 2 'an element that is none' explain 'run[0].seed'
exits 2 'a slip' explain timeuot
says err.txt 'did you mean "timeout"' 'a slip of a key'
exits 2 'no word at all' explain

# Every key that list knows is explained, with an example.
"$tandem" list keys | sed -n 's/^  \([^ ]*\) .*/\1/p' | sort -u >keys.txt
[ "$(wc -l <keys.txt)" -gt 100 ]
verdict $? 'there are many keys'
missing=
while read -r key; do
    "$tandem" explain "$key" >out.txt 2>&1 && grep -q "^    example *\"$key\": ." out.txt || missing="$missing $key"
done <keys.txt
[ -z "$missing" ]
verdict $? "all keys are explained, but:$missing"

# ---- distributions and metrics ----

exits 0 'a distribution' explain lognormal
says out.txt '^    median ' 'its second spelling'
missing=
for kind in $("$tandem" list distributions | sed -n 's/^\([a-z][^ ]*\) .*/\1/p' | sort -u); do
    "$tandem" explain "$kind" | sed -n 's/^    example     {/{/p' | grep "\"$kind\"" >examples ||
        missing="$missing $kind"
    while read -r example; do
        "$tandem" new | sed "s/{\"exponential\": \"20ms\"}/$example/" >work.json
        grep -q -F "$example" work.json && "$tandem" check work.json >out.txt 2>err.txt || missing="$missing $example"
    done <examples
done
[ -z "$missing" ]
verdict $? "the examples of all distributions are good, but:$missing"

exits 0 'a metric' explain response.p99
says out.txt '^    unit        s: seconds$' 'its unit'
exits 0 'a metric of a component of a policy' explain sync.shop.blocked
says out.txt '^COMPONENT.blocked$' 'what it is called'
exits 0 'the beginning of metrics' explain response
says out.txt '^response\.p99\.9$' 'they are listed'
exits 0 'a percentile of one'"'"'s own' explain sync.response.p97.5
says out.txt '97.5 % lie below' 'any percentile is explained'
exits 2 'a slip in a metric' explain respons.p99
says err.txt 'did you mean "response.p99"' 'a slip of a metric'

# Every metric of a scenario is explained by the words that describe it there.
"$tandem" list metrics "$root/scenarios/checkout.json" | sed 's/  *[^ ]*  .*//' | sort -u >metrics.txt
[ "$(wc -l <metrics.txt)" -gt 100 ]
verdict $? 'there are many metrics'
# shellcheck disable=SC2046 # names of metrics have no blanks
exits 0 'all metrics of a scenario' explain $(cat metrics.txt)

# ---- new ----

exits 0 'new' new
mv out.txt start.json
"$tandem" check - <start.json >out.txt 2>err.txt
verdict $? 'what new prints is a good scenario'
silent err.txt 'without a warning'
"$tandem" run --no-files - <start.json >out.txt 2>err.txt
verdict $? 'it runs, and keeps what it claims'
says out.txt '^  holds ' 'it makes claims'

exits 0 'new with a file' new shop.json
silent out.txt 'nothing on standard output'
says shop.json '"name": "shop"' 'the scenario has the name of the file'
exits 0 'the file is a good scenario' check shop.json
cp shop.json before.json
exits 3 'new over a file' new shop.json
same shop.json before.json 'a file that is there stays as it is'
exits 3 'new in no folder' new nowhere/shop.json
exits 0 'a name that no scenario can have' new 'a b.json'
says 'a b.json' '"name": "start"' 'another one instead'
exits 2 'two files' new one.json two.json

finish
