#!/bin/sh
# What a run does that would need too much: it ends, says why, shows what there is: TAP on standard output.
# usage: limits_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${work:?}" "${code:=}"

# Five times what b can do.
cat >flood.json <<'JSON'
{
  "name": "flood",
  "run": { "duration": "100s", "replications": 2 },
  "components": {
    "a": { "workers": 10, "endpoints": { "x": [ {"call": "b.y"} ] } },
    "b": { "workers": 2, "endpoints": { "y": [ {"work": "10ms"} ] } }
  },
  "links": { "default": {} },
  "load": [ { "request": "a.x", "open": {"poisson": "1000/s"} } ],
  "policies": { "sync": { "mode": "sync" }, "queue": { "mode": "queue" } },
  "expect": [ "sync.ok.share > 0" ]
}
JSON

# Nobody thinks, and nothing takes time.
cat >still.json <<'JSON'
{
  "name": "still",
  "run": { "duration": "10s" },
  "components": { "a": { "workers": "unlimited", "endpoints": { "x": [] } } },
  "load": [ { "name": "restless", "request": "a.x", "closed": {"users": 3} } ],
  "policies": { "sync": { "mode": "sync" } }
}
JSON

# ---- memory, events ----

exits 4 'too much memory' run --no-files --max-memory=5MB flood.json
says err.txt 'ended at a limit: policy sync, replication 0, at 21\.[0-9]* s: it needs more than 5 MB of memory; by then there are 1[67][0-9]* in the inbox of a\. What is shown is the first replication up to 21\.[0-9]* s of 100 s' 'which limit, where, when, why, and what is shown'
says out.txt '^Ended at a limit: policy sync' 'the table says so, too'
says out.txt '^21\.[0-9]* s simulated' 'it is of the time before'
grep -q expect out.txt
[ $? -eq 1 ]
verdict $? 'what is claimed of the whole run is not judged'

shown=$(sed -n 's/^\([0-9.]* s\) simulated.*/\1/p' out.txt | tr -d ' ')
call run --no-files --max-memory=5MB --format csv flood.json
cp out.txt cut.csv
exits 0 'the same as a shorter run' run --no-files --no-expect --set "run.duration=$shown" --set run.replications=1 --format csv flood.json
same cut.csv out.txt 'cut short, it has the numbers of a shorter run'

exits 4 'too many events' run --no-files --max-events=50000 --format json flood.json
says out.txt '"limit": "events"' 'for programs, too'
says out.txt '"shortened": true' 'that it was shortened'
says err.txt 'it takes more than 50000 events' 'how many'

# More than the first one takes, and fewer than the others.
call run --get sync.events --get queue.events --no-expect --set run.duration=5s --set run.replications=1 flood.json
most=$(sort -n out.txt | tail -n 1)
exits 4 'a later replication' run --no-files --max-events=$((most + 1)) --set run.duration=5s --set run.replications=30 flood.json
says err.txt 'What is shown are the [0-9]* of 30 replications that were finished' 'those before it count'

exits 4 'with files' run --out out --no-plots --max-memory=5MB flood.json
says out/flood/summary.json '"ended_at_limit"' 'the files know it'
says out/flood/report.html 'Ended at a limit: policy sync' 'the page says it'
says err.txt '; --resume goes on' 'how to go on'
exits 0 'going on' run --out out --no-plots --resume flood.json
[ ! -e out/flood/tasks ]
verdict $? 'then all is done'

exits 4 'who collects claims' run --no-files --quiet --junit claims.xml --max-memory=5MB flood.json
says claims.xml '<error message="the run ended at a limit" type="limit"' 'is told that they were not judged'

# ---- time ----

exits 4 'no time' run --no-files --max-wall=1ms --set run.duration=100000s flood.json
says err.txt 'ended at a limit: .*it was not finished in time' 'that there was none'
# Which part of it that is depends on how busy the machine is while it is done again.
for _ in 1 2 3; do
    call run --no-files --max-wall=1s --threads 2 --set run.duration=100000s flood.json
    ! grep -q 'What is shown' err.txt || break
done
[ "$code" -eq 4 ]
verdict $? "a second: exit status 4, not $code"
says err.txt 'What is shown is the first replication up to .* of 27.8 h' 'what there was time for'

# ---- a clock that stands still ----

exits 4 'a clock that stands still' run --no-files still.json
says err.txt 'policy sync, replication 0: it stands still: events go on and on, and no time passes; most are requests of load restless ([0-9]*), calls of component a ([0-9]*)\. Nothing was measured by then' 'who does not let it go on'
silent out.txt 'there is nothing to show'
exits 4 'from some time on' run --no-files --set load.0.from=2s still.json
says err.txt 'at 2 s: it stands still' 'when'
says err.txt 'up to 1.99 s of 10 s' 'what was before is shown'
exits 3 'a watch' run --watch still.json
says err.txt 'no time passes' 'it says so, too'
exits 3 'its estimate' run --estimate --no-files still.json
says err.txt 'a replication stands still: .*requests of load restless' 'there is none'

# Whoever does not want to wait need not.
"$tandem" run --no-files --set run.duration=1000000s flood.json >out.txt 2>err.txt &
sleep 0.5
kill -TERM $!
wait $!
code=$?
[ "$code" -eq 130 ]
verdict $? "a signal in a long stretch is heard: exit status 130, not $code"

# ---- sweeps, searches, lessons ----

exits 4 'a sweep' sweep --no-files --max-memory=5MB --vary load.0.open.poisson=100/s,1000/s --get response.mean flood.json
says err.txt 'load.0.open.poisson=1000/s, ended at a limit: policy sync' 'at which point'
says out.txt 'of the points ended at a limit' 'the table says so'
exits 4 'a sweep without time' sweep --no-files --max-wall=1ms --vary load.0.open.poisson=100/s,1000/s --get response.mean flood.json
says err.txt 'time was up: [0-9]* of 8 tasks' 'what was finished'
exits 4 'a search' search --no-files --max-memory=5MB --max load.0.open.poisson=100/s..2000/s --such-that 'response.mean < 10s' flood.json
says err.txt 'ended at a limit: load.0.open.poisson=[0-9]*/s, policy' 'at which value'

# ---- what is no limit ----

exits 2 'no memory at all' run --max-memory=0B flood.json
says err.txt 'max-memory needs a size above 0, such as 500MB or 2GB, not "0B"' 'what it needs'
exits 2 'no size' run --max-memory=much flood.json
exits 2 'no number' run --max-events=1.5.2 flood.json
says err.txt 'max-events needs a number from 1 to 1e18, not "1.5.2"' 'what it needs'
exits 2 'less than one' search --max-events=-5 flood.json
exits 2 'no duration' sweep --max-wall=0s flood.json
says err.txt 'max-wall needs a duration above 0, such as 30s or 10min, not "0s"' 'what it needs'

finish
