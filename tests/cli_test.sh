#!/bin/sh
# The command as its users call it: TAP on standard output.
# usage: cli_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${root:?}" "${work:?}"
code=0

cat >tiny.json <<'JSON'
{
  // two components, one request each 100 ms
  "name": "tiny",
  "about": "Who waits?",
  "run": { "duration": "10s", "warmup": "0s", "seed": 1, "replications": 1 },
  "components": {
    "shop": { "workers": 1, "endpoints": { "buy": [ {"work": "5ms"}, {"call": "bank.pay"} ] } },
    "bank": { "workers": 1, "endpoints": { "pay": [ {"work": {"exponential": "20ms"}} ] } }
  },
  "links": { "wire": { "between": ["shop", "bank"], "delay": "10ms" } },
  "load": [ { "request": "shop.buy", "open": {"constant": "10/s"} } ],
  "policies": { "sync": { "mode": "sync" }, "async": { "mode": "async" }, "queue": { "mode": "queue" } }
}
JSON

# ---- usage ----

exits 0 'help' --help
says out.txt '1 an expectation' 'help names the exit statuses'
says out.txt '^Usage: tandem' 'help goes to standard output'
exits 0 'version' --version
says out.txt '^tandem [0-9]' 'the version has a number'
exits 2 'nothing at all'
silent out.txt 'wrong usage prints no result'
exits 2 'an unknown command' rnu tiny.json
says err.txt 'did you mean "run"' 'the command that was meant'
for verb in run check list; do
    exits 0 "help of $verb" "$verb" --help
    says out.txt 'Examples:' "help of $verb has examples"
done
exits 2 'an unknown option' run --fromat=json tiny.json
says err.txt 'did you mean --format' 'the option that was meant'
exits 2 'an option without its value' run --get
exits 2 'an unknown format' run --format jsn tiny.json
says err.txt 'did you mean "json"' 'the format that was meant'
exits 2 'no file' run
exits 2 'no threads' run --threads 0 tiny.json
exits 3 'a file that is not there' run --no-files missing.json
says err.txt 'missing.json' 'which file is not there'

# ---- check and list ----

exits 0 'check' check tiny.json
says out.txt '^tiny.json: ok$' 'check tells so'
exits 0 'list metrics' list metrics tiny.json
says out.txt '^sync\.shop\.blocked_on\.bank\.pay\.wire_out  *share ' 'metrics have names and units'
says out.txt '^queue\.bank\.pay\.depth\.max ' 'queues of a policy have metrics'
grep -q '^sync\.bank\.pay\.depth' out.txt && status=1 || status=0
verdict "$status" 'a policy without queues has none'
exits 0 'list distributions' list distributions
says out.txt '^lognormal' 'distributions have names'
exits 0 'list policies' list policies tiny.json
exits 0 'list keys' list keys
says out.txt '^  warmup ' 'keys have names'
exits 2 'an unknown topic' list metric tiny.json
exits 2 'a topic without its file' list metrics
exits 0 'list scenarios' list scenarios "$root/scenarios"
says out.txt 'checkout.json' 'the scenarios of a folder'
exits 3 'a folder that is not there' list scenarios nowhere

# ---- run ----

exits 0 'run' run --no-plots tiny.json
says out.txt '^tiny$' 'the table has a title'
says out.txt 'sync  *async  *queue$' 'policies stand side by side'
says out.txt '^sync: shop is blocked' 'the sentence at the end'
says err.txt 'out/tiny' 'where the report lies'
for file in report.html summary.json summary.csv manifest.json sync/timeseries.csv queue/requests.csv; do
    [ -s "out/tiny/$file" ]
    verdict $? "out/tiny/$file is there"
done
[ -z "$(find out -name '*.part')" ]
verdict $? 'no temporary file is left'

exits 0 'get' run --get sync.throughput --get sync.shop.busy --get async.shop.blocked tiny.json
printf '%s\n' "$(sed -n 3p out.txt)" >third.txt
[ "$(wc -l <out.txt)" -eq 3 ] && [ "$(cat third.txt)" = 0 ]
verdict $? 'get prints the values alone, one a line'
silent err.txt 'get says nothing else'
exits 2 'get of nothing' run --get sync.respnse.p99 tiny.json
says err.txt 'did you mean "sync.response.p99"' 'the metric that was meant'
exits 2 'get without a policy' run --get response.p99 tiny.json
says err.txt 'did you mean "sync.response.p99"' 'with its policy'

# 10 ms out, 10 ms back, no work at the bank: 5 + 20 ms, exactly
exits 0 'set' run --get sync.response.max --set components.bank.endpoints.pay.0.work=0ms tiny.json
[ "$(cat out.txt)" = 0.025 ]
verdict $? 'set changes the scenario'
exits 2 'set to nonsense' run --no-files --set links.wire.delay=fast tiny.json
exits 2 'set of nothing' run --no-files --set links.wire.dealy=5ms tiny.json
call run --get sync.events --duration 20s tiny.json
twice=$(cat out.txt)
call run --get sync.events --set run.duration=20s tiny.json
[ "$(cat out.txt)" = "$twice" ]
verdict $? '--duration is short for --set run.duration'
exits 2 'a policy that is not there' run --policy synk tiny.json
says err.txt 'did you mean "sync"' 'the policy that was meant'
call run --no-files --format csv --policy queue tiny.json
[ "$(cut -d, -f1 out.txt | sort -u | tr '\n' ' ')" = 'policy queue ' ]
verdict $? 'policy runs that one alone'
"$tandem" run --get sync.throughput - <tiny.json >out.txt 2>err.txt
verdict $? '"-" is standard input'

exits 0 'json' run --no-files --format json tiny.json
if command -v python3 >/dev/null 2>&1; then
    python3 -m json.tool out.txt >/dev/null 2>err.txt
    verdict $? 'json is JSON'
fi
exits 0 'markdown' run --no-files --format markdown tiny.json
says out.txt '^| | | sync | async | queue |$' 'markdown has a table'
exits 0 'quiet' run --no-files --quiet tiny.json
silent out.txt 'quiet prints nothing'

# ---- estimates ----

exits 0 'estimate' run --estimate --out estimated tiny.json
says out.txt '^tiny: 3 policies, 1 replication of 10 s$' 'an estimate says of what'
says out.txt '^About .* of memory' 'how long it takes, and how much memory'
[ ! -e estimated ]
verdict $? 'an estimate writes no files'
[ "$(awk '{ print length }' out.txt | sort -n | tail -n 1)" -le 80 ]
verdict $? 'it has 80 columns'
# A run as short as this one is measured to its end: its events are known.
"$tandem" run --estimate --format csv tiny.json | cut -d, -f1,5 | tail -n +2 >estimated.txt
for policy in sync async queue; do
    echo "$policy,$("$tandem" run --get $policy.events tiny.json)"
done >measured.txt
same estimated.txt measured.txt 'the events of a short run are exact'
for format in markdown json; do
    exits 0 "an estimate as $format" run --estimate --format $format tiny.json
done
if command -v python3 >/dev/null 2>&1; then
    python3 -m json.tool out.txt >/dev/null 2>err.txt
    verdict $? 'it is JSON'
fi
exits 0 'the estimate of a sweep' sweep --estimate --vary links.wire.delay=1ms..30ms/30 -r 4 tiny.json
says out.txt '^tiny: 30 points, 3 policies, 4 replications of 10 s$' 'the points'
says out.txt '^  all  *360 ' 'the tasks'
exits 0 'a sweep that is done' sweep --quiet --no-plots --out estimated --vary links.wire.delay=1ms,2ms tiny.json
exits 0 'its estimate' sweep --estimate --resume --out estimated --vary links.wire.delay=1ms,2ms tiny.json
says out.txt '^Nothing is left to be done. 6 of 6 tasks are done already' 'has nothing left'
exits 0 'the estimate of one anew' sweep --estimate --out estimated --vary links.wire.delay=1ms,2ms tiny.json
says out.txt '^  all  *6 ' 'has all of it, ...'
exits 0 'and takes nothing away' sweep --estimate --resume --out estimated --vary links.wire.delay=1ms,2ms tiny.json
says out.txt '^Nothing is left' '... and what was done is still there'
exits 2 'two instead of a sweep' sweep --estimate --tasks --vary links.wire.delay=1ms,2ms tiny.json

# ---- expectations ----

# 10 ms out, 10 ms back and no work at the bank: 25 ms, of which 20 the shop's worker is blocked
sed -e 's/{"exponential": "20ms"}/"0ms"/' -e '$d' tiny.json >expect.json
cat >>expect.json <<'JSON'
  , "expect": [ "sync.response.max == 25ms", "sync.shop.blocked ~ 10/s * 20ms within 1%", "queue.ok > async.ok / 2" ]
}
JSON
# with_expect CLAIM: claim.json is the same with this claim alone
with_expect() {
    sed "s|\"expect\": .*|\"expect\": [ \"$1\" ]|" expect.json >claim.json
}

exits 0 'check of claims' check expect.json
exits 0 'claims that hold' run --no-files expect.json
says out.txt '^expected$' 'claims have a section'
says out.txt '^  holds sync.response.max == 25ms: 25 ms against 25 ms; one' 'a claim is shown with its values'
exits 0 'claims of policies that are not run' run --no-files --policy sync expect.json
says out.txt '^  skipped queue.ok > async.ok / 2: policy queue was not run$' 'are skipped, and that is told'
exits 0 'claims and --get' run --get sync.ok expect.json
silent err.txt 'what holds needs no words'
with_expect 'sync.response.max < 20ms'
exits 1 'a claim that fails' run --no-plots --out failed claim.json
says out.txt '^  FAILS sync.response.max < 20ms: 25 ms against 20 ms; one' 'it is shown'
says failed/tiny/summary.json '"expect": \[' 'the summary has the claims'
says failed/tiny/summary.json '"verdict": "fails", "left": {"mean": 0.025, "half_width": null}' 'with their values'
says failed/tiny/summary.json '"needed_replications": null, "problem": null' 'and what is not there'
for how in --quiet '--format csv' '--get sync.ok'; do
    # shellcheck disable=SC2086
    exits 1 "a claim that fails, $how" run --no-files $how claim.json
    says err.txt 'FAILS sync.response.max < 20ms' "it is told on standard error, $how"
done
exits 1 'json' run --no-files --format json claim.json
silent err.txt 'json tells it on standard output'
exits 1 'markdown' run --no-files --format markdown claim.json
says out.txt '^- \*\*FAILS\*\* .sync.response.max < 20ms.: 25 ms against 20 ms; one replication, no interval$' 'markdown has the claims'
exits 0 'claims that are not to be checked' run --no-expect --no-plots --out unchecked claim.json
grep -q 'FAILS' out.txt err.txt
[ $? -eq 1 ]
verdict $? 'nothing is said about them'
says unchecked/tiny/summary.json '"expect": \[\]' 'nor are they in the summary'
exits 2 'unchecked claims for graders' run --no-expect --junit grades.xml claim.json
says err.txt '--junit and --no-expect: one of them' 'why not'
exits 0 'a claim overridden' run --no-files --set 'expect.0=sync.ok > 3' claim.json
exits 1 'a claim, several replications' run --no-files --format markdown --replications 3 \
    --set 'components.bank.endpoints.pay.0.work={"exponential": "20ms"}' \
    --set 'expect.0=sync.response.mean > 2 * async.response.mean' claim.json
says out.txt 'against .* ±.*difference -.* ±' 'the difference has an interval'
with_expect 'sync.response.p99 / async.shop.blocked > 3ms'
exits 1 'a division by zero' run --no-files --format markdown claim.json
says out.txt 'division by zero: async.shop.blocked is 0' 'it is named'

with_expect 'sync.respnse.max < 20ms'
for verb in check 'run --no-files'; do
    # shellcheck disable=SC2086
    exits 2 "$verb, a claim about nothing" $verb claim.json
    says err.txt '^claim.json:13:18: error: expect\[0\]: no metric "sync.respnse.max"$' "$verb, it is located"
    says err.txt 'did you mean "sync.response.max"' "$verb, what was meant"
    silent out.txt "$verb, nothing was run"
done
exits 0 'its metrics can be listed all the same' list metrics claim.json
with_expect 'sync.ok < \\u0033\\u0033 < 4'
exits 2 'a claim with escapes' check claim.json
says err.txt '^claim.json:13:41: error: expect\[0\]: expected an operator or the end$' 'the caret counts them'
with_expect 'sync.ok < 4'
exits 2 'a claim overridden with nonsense' check --set 'expect.0=sync.ok <' claim.json
says err.txt '^--set expect.0=sync.ok <: error: expect' 'the option is named'
sed 's/"expect": .*/"expect": [ 3 ]/' expect.json >claim.json
exits 2 'a claim that is no text' check claim.json
says err.txt 'expected a text such as "sync.response.p99 < 50ms"' 'how it is written'

# Claims with a reason and a hint, and one that so few replications cannot tell.
sed 's/"expect": .*/"expect": [ {"claim": "sync.response.mean ~ 45ms within 1%", "reason": "The bank does the same work either way, and nobody else asks it: 5 ms, 10 ms there, 20 ms and 10 ms back.", "hint": "Look at the inbox."}, {"claim": "sync.ok > 0", "hint": "No requests?"} ]/' \
    expect.json >claim.json
exits 0 'claims as objects' check claim.json
exits 1 'a claim that cannot be told' run --no-files --replications 3 \
    --set 'components.bank.endpoints.pay.0.work={"exponential": "20ms"}' claim.json
says out.txt '^  CANNOT TELL sync.response.mean ~ 45ms' 'it is told so'
tr '\n' ' ' <out.txt | sed 's/  */ /g' >line.txt
says line.txt 'cannot tell at this precision: run about [0-9]* replications (3 now)' 'and what it would take'
says out.txt '^    why: The bank does' 'the reason is shown'
says out.txt '^      ' 'and wrapped'
! sed 's/±/+/g' out.txt | grep -q '.\{81\}'
verdict $? 'to 80 columns'
says out.txt '^    hint: Look at the inbox.$' 'the hint is shown'
! grep -q 'No requests' out.txt
verdict $? 'but not where the claim holds'
exits 1 'the same as JSON' run --no-files --format json --replications 3 \
    --set 'components.bank.endpoints.pay.0.work={"exponential": "20ms"}' claim.json
says out.txt '"verdict": "undecided"' 'says it'
says out.txt '"needed_replications": [1-9]' 'with the number'
exits 2 'a slip inside an object' check --set 'expect.0.claim=sync.okk > 1' claim.json
says err.txt '^--set expect.0.claim=sync.okk > 1: error: expect' 'is told of the option'
sed 's/sync.ok > 0/sync.okk > 0/' claim.json >slip.json
exits 2 'a slip in the claim of an object' check slip.json
says err.txt '^slip.json:13:[0-9]*: error: expect\[1\].claim: no metric "sync.okk"$' 'is located'
exits 0 'an object overridden by a text' run --no-files --set 'expect.0=sync.ok > 3' claim.json

# ---- percentiles that nobody else asks for ----

exits 0 'a run without' run --no-plots --out plain tiny.json
exits 0 'a run that asks for a percentile' run --no-plots --out asked --get sync.response.p97.5 tiny.json
grep -q '^sync,response.p97.5,[0-9.]*,,s$' asked/tiny/summary.csv
verdict $? 'has it in its summary'
grep -v 'p97\.5,' asked/tiny/summary.csv | cmp -s - plain/tiny/summary.csv
verdict $? 'and all else is the same bytes'
sed -n 's/^sync,response.p97.5,\([0-9.]*\),.*/\1/p' asked/tiny/summary.csv >value.txt
cmp -s value.txt out.txt
verdict $? 'it is the number printed'
with_expect 'sync.response.p12.5 == 25ms'
exits 0 'a claim about a percentile' run --no-files claim.json
exits 0 'a sweep of one' sweep --no-files --get response.p97.5 --vary links.wire.delay=1ms,2ms tiny.json
exits 2 'what is none' run --no-files --get sync.response.p100 tiny.json

# ---- the same again ----

for again in a b; do
    mkdir $again
    (cd $again && "$tandem" run --no-plots --replications 4 ../tiny.json >out.txt 2>err.txt)
done
diff -r a b >out.txt 2>err.txt
verdict $? 'two runs leave the same bytes'
for threads in 1 2 5; do
    call run --no-files --format json --replications 6 --threads $threads tiny.json
    cp out.txt threads.$threads
done
same threads.1 threads.2 'two threads measure what one does'
same threads.1 threads.5 'and so do five'
call run --no-files --format json --seed 2 --replications 6 tiny.json
! cmp -s out.txt threads.1
verdict $? 'another seed measures something else'

# ---- what cannot be read or written ----

exits 3 'a folder that cannot be made' run --no-plots --out /dev/null/out tiny.json
says err.txt '/dev/null' 'which folder cannot be made'
if [ -e /dev/full ]; then
    "$tandem" run --no-files tiny.json >/dev/full 2>err.txt </dev/null
    [ $? -eq 3 ]
    verdict $? 'a full disk under standard output'
fi
{ "$tandem" list metrics tiny.json 2>err.txt; echo $? >code.txt; } | head -n 1 >out.txt
[ "$(cat code.txt)" -le 3 ]
verdict $? 'a closed pipe is no crash'

# ---- garbage ----

# garbage NAME: bad.json is no scenario, and the message says where
garbage() {
    for verb in check 'run --no-files'; do
        # shellcheck disable=SC2086
        exits 2 "$verb, $1" $verb bad.json
        says err.txt 'bad.json' "$verb, $1: the message names the file"
        silent out.txt "$verb, $1: no result"
    done
}

: >bad.json
garbage 'an empty file'
head -c 300 tiny.json >bad.json
garbage 'half a file'
echo '[1, 2, 3]' >bad.json
garbage 'an array'
echo 'null' >bad.json
garbage 'null'
sed 's/"workers": 1/"workers": "many"/' tiny.json >bad.json
garbage 'a wrong type'
sed 's/"call": "bank.pay"/"call": "bank.pya"/' tiny.json >bad.json
garbage 'a reference to nothing'
says err.txt 'bank.pay' 'the endpoint that was meant'
sed 's/"10ms"/10/' tiny.json >bad.json
garbage 'a time without its unit'
head -c 100000 /dev/urandom >bad.json
garbage 'noise'
head -c 1000000 /dev/zero | tr '\0' '[' >bad.json
garbage 'a million brackets'
head -c 100000000 /dev/zero | tr '\0' '[' >bad.json
garbage 'a hundred million brackets'
mkdir folder
call check folder
[ "$code" -eq 2 ] || [ "$code" -eq 3 ]
verdict $? 'a folder for a file'
head -c 200000000 /dev/zero >bad.json
exits 3 'more than can be read' check bad.json
says err.txt 'more than 128 MiB' 'the limit is named'

# ---- the manual ----

"$tandem" list reference | cmp -s - "$root/docs/scenario.md"
verdict $? 'docs/scenario.md is what tandem list reference prints'
"$tandem" list reference-metrics | cmp -s - "$root/docs/metrics.md"
verdict $? 'docs/metrics.md is what tandem list reference-metrics prints'
# What some scenario has, the reference has: with the names of the scenario for those in capitals.
for metric in COMPONENT.busy LOAD.response.mean QUEUE.depth.max LINK.out.in_flight event.EVENT.hidden_for \
    COMPONENT.ENDPOINT.believed.timed_out.executed_1; do
    says "$root/docs/metrics.md" "^| \`$metric\` " "the reference has $metric"
done

# ---- search ----

# docs/search.md's clerks: 8 Erlangs, which Erlang's C lets wait for 6.53 ms with 9 of them, 2.05 ms with 10
search_tests() {
    cat >desk.json <<'JSON'
{
  "name": "desk",
  "about": "One clerk, who takes 10 ms a question.",
  "run": { "duration": "1min", "warmup": "10s", "replications": 5 },
  "components": { "desk": { "workers": 16, "endpoints": { "ask": [ {"work": {"exponential": "10ms"}} ] } } },
  "load": [ { "request": "desk.ask", "open": {"poisson": "800/s"} } ],
  "policies": { "sync": { "mode": "sync" } }
}
JSON
    exits 0 'search' search --min components.desk.workers --such-that 'desk.wait.mean < 4ms' desk.json
    says out.txt '^  sync        10             9  desk.wait.mean < 4ms ' 'the fewest clerks, as Erlang has it'
    says err.txt '^written: out/desk$' 'where the files are'
    cp out.txt first.txt
    cp out/desk/search.csv first.csv
    says first.csv '^sync,9,missed,0,' 'what was tried'
    [ -s out/desk/plots/knee.gp ] && [ ! -e out/desk/search-tasks ]
    verdict $? 'a figure is made, and what is not needed any more is taken away'
    exits 0 'search again' search --min components.desk.workers --such-that 'desk.wait.mean < 4ms' \
        --threads 1 --no-plots desk.json
    same out.txt first.txt 'one thread finds the same'
    same out/desk/search.csv first.csv 'and writes the same'
    set -- search --no-files --format csv --max load.0.rate
    exits 0 'a goal made of claims' "$@" --such-that \
        '(ok / offered >= 99.9% or lost == 0) and desk.busy ~ 50% within 50%' desk.json
    exits 0 'a range' search --no-files --max components.desk.workers=9..10 \
        --such-that 'desk.wait.mean < 4ms' desk.json
    says out.txt 'Was --min meant?' 'the wrong way round is noticed'
    exits 2 'no goal' "$@" desk.json
    exits 2 'nothing sought' search --such-that 'lost == 0' desk.json
    exits 2 'a wrong goal' "$@" --such-that 'lost == 0 and lots < 3' desk.json
    says err.txt '^      |               ^$' 'where it is wrong'
    exits 2 'a goal with a policy' "$@" --such-that 'sync.lost == 0' desk.json
    says err.txt 'did you mean "lost"' 'the metric without it'
    exits 2 'a path that leads nowhere' search --max components.desk.wrokers --such-that 'lost == 0' desk.json
    says err.txt 'did you mean "workers"' 'the key that was meant'
    exits 2 'an end that makes no sense' search --max components.desk.workers=0..4 --such-that 'lost == 0' desk.json
    exits 2 'a resolution of nothing' "$@" --such-that 'lost == 0' --resolution 0 desk.json
}

search_tests

finish
