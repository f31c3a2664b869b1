#!/bin/sh
# Replications, intervals, warm-ups, interruptions and sweeps, as their users ask for them: TAP on standard output.
# usage: experiment_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${work:?}"

cat >tiny.json <<'JSON'
{
  "name": "tiny",
  "run": { "duration": "60s", "replications": 4 },
  "components": {
    "shop": { "workers": 1, "endpoints": { "buy": [ {"work": "5ms"}, {"call": "bank.pay"} ] } },
    "bank": { "workers": 1, "endpoints": { "pay": [ {"work": {"exponential": "20ms"}} ] } }
  },
  "links": { "wire": { "between": ["shop", "bank"], "delay": "10ms" } },
  "load": [ { "request": "shop.buy", "open": {"poisson": "10/s"} } ],
  "policies": { "sync": { "mode": "sync" }, "async": { "mode": "async" } },
  "sweep": { "vary": "links.wire.delay", "over": ["1ms", "20ms"] }
}
JSON

# ---- intervals, differences, precision ----

exits 0 'replications' run --no-files tiny.json
says out.txt 'means of 4 replications ± the half-width of the 95 %' 'what ± means'
says out.txt '^difference to sync (95 % each)' 'differences are paired'
says out.txt '^  answered .* none' 'a difference whose interval holds 0 is none'
exits 0 'all at once' run --no-files --set run.comparisons=bonferroni --set run.confidence=99% tiny.json
says out.txt '^difference to sync (99 % all at once)' 'Bonferroni says so'
says out.txt 'of the 99 %' 'another level'

exits 0 'precision' run --no-files --set run.precision=2% --set 'run.precision_of=["sync.response.mean"]' tiny.json
says out.txt 'A precision of 2 % was reached in [0-9]* replications' 'a precision that is reached'
exits 0 'no precision' run --no-files --set run.precision=0.01% --set run.max_replications=6 tiny.json
says out.txt 'A precision of 0.01 % was not reached in 6 replications' 'a precision that is not'
exits 2 'a precision of nothing' run --no-files --set run.precision=2% --set 'run.precision_of=["speed"]' tiny.json
says err.txt 'no metric "speed"' 'the metric that there is not'

# ---- warm-up, batches, no mean ----

exits 0 'a warm-up that is found' run --no-files --set run.warmup=auto tiny.json
says out.txt '(MSER-5)' 'how it was found'
exits 0 'batches' run --no-files --replications 1 --set run.batch_means=true tiny.json
says out.txt '± ' 'a single replication has intervals'
says out.txt 'batch means' 'where they come from'
exits 0 'too much load' run --no-files --set load.0.rate=40/s tiny.json
says out.txt 'sync: more comes in than gets done' 'what is too much'
says out.txt '^  mean  *[a-z]* *grows' 'no mean of what has none'

# ---- Ctrl-C ----

# What is finished is kept: a run that was stopped and resumed is a run. (A quarter of a second is some of it.)
"$tandem" run --threads 1 --replications 400 --no-plots --quiet --out whole tiny.json 2>err.txt
"$tandem" run --threads 1 --replications 400 --no-plots --quiet --out parts tiny.json 2>err.txt &
pid=$!
sleep 0.25
kill -INT $pid 2>/dev/null
wait $pid
code=$?
if [ $code -eq 0 ]; then
    skip 'an interruption' 'it had ended before'
else
    [ $code -eq 130 ]
    verdict $? "an interruption: exit status 130, not $code"
    says err.txt 'of 400 replications were finished; --resume goes on' 'what it says'
    exits 0 'going on' run --resume --replications 400 --no-plots --quiet --out parts tiny.json
fi
diff -r --exclude=manifest.json whole parts >out.txt 2>err.txt
verdict $? 'the same bytes as without an interruption'
[ ! -e parts/tiny/tasks ]
verdict $? 'nothing is left to go on with'
exits 2 'nowhere to resume from' run --resume --no-files tiny.json

# ---- sweeps ----

exits 0 "the scenario's own sweep" sweep --no-files tiny.json
says out.txt '^  wire.delay' 'the axis'
says out.txt '^ *20 ms ' 'its values'
exits 0 'a sweep in files' sweep --out out --no-plots tiny.json
for file in sweep.csv sweep.json manifest.json plan.txt; do
    [ -s out/tiny/$file ]
    verdict $? "out/tiny/$file"
done
exits 0 'a sweep as CSV' sweep --no-files --format csv --vary load.0.rate=5/s,10/s tiny.json
says out.txt '^load.*,policy,metric,value,half_width,unit$' 'its columns'
exits 0 'a sweep as JSON' sweep --no-files --format json tiny.json
python3 -c 'import json; json.load(open("out.txt"))'
verdict $? 'it is JSON'
exits 0 'a sweep of a chosen metric' sweep --no-files --get shop.blocked tiny.json
says out.txt '^shop.blocked' 'the metric'
! grep -q '^throughput' out.txt
verdict $? 'no other'
exits 0 'the tasks' sweep --tasks tiny.json
[ "$(wc -l <out.txt)" -eq 17 ]
verdict $? '2 values, 2 policies, 4 replications, and a heading'

# The numbers of a point are those of a run with its value.
"$tandem" run --no-files --get async.response.mean --set links.wire.delay=20ms tiny.json >one.txt
"$tandem" sweep --no-files --format csv tiny.json | awk -F, '$1 == 0.02 && $2 == "async" && $3 == "response.mean" { print $4 }' >other.txt
same one.txt other.txt 'a point of a sweep is a run'

exits 2 'a sweep of nothing' sweep --set 'sweep=[]' --no-files tiny.json
says err.txt 'nothing to vary' 'that there is nothing'
exits 2 'a range without a step' sweep --vary links.wire.delay=1ms..5ms --no-files tiny.json
says err.txt '1ms\.\.5ms' 'the range'
exits 2 'a value that is none' sweep --vary links.wire.delay=1,2 --no-files tiny.json
exits 2 'a path to nowhere' sweep --vary links.wier.delay=1ms,2ms --no-files tiny.json
exits 2 'no such metric' sweep --get speed --no-files tiny.json
exits 2 'no such policy' sweep --policy asink --no-files tiny.json
says err.txt 'did you mean "async"' 'the policy that was meant'
for shard in 0/3 4/3 1 a/b 1/ /3 -1/3 1/3x; do
    exits 2 "--shard $shard" sweep --shard "$shard" tiny.json
done
exits 2 'shards of a precision' sweep --shard 1/2 --set run.precision=5% tiny.json

finish
