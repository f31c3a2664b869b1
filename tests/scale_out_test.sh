#!/bin/sh
# Sweeps in pieces: shards, merges, kills, and the job files of scale-out/: TAP on standard output.
# usage: scale_out_test.sh TANDEM SOURCE_ROOT [SEED]
# SEED: of the moments at which what runs is killed; printed when it is not given.
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${root:?}" "${work:?}"
seed=${3:-$(date +%s)}
echo "# seed $seed"

cat >tiny.json <<'JSON'
{
  "name": "tiny",
  "run": { "duration": "10s", "warmup": "0s", "seed": 1, "replications": 4 },
  "components": {
    "shop": { "workers": 1, "endpoints": { "buy": [ {"work": "5ms"}, {"call": "bank.pay"} ] } },
    "bank": { "workers": 1, "endpoints": { "pay": [ {"work": {"exponential": "20ms"}} ] } }
  },
  "links": { "wire": { "between": ["shop", "bank"], "delay": "10ms" } },
  "load": [ { "request": "shop.buy", "open": {"poisson": "10/s"} } ],
  "policies": { "sync": { "mode": "sync" }, "async": { "mode": "async" }, "queue": { "mode": "queue" } }
}
JSON
vary=links.wire.delay=0ms..20ms:5ms # 5 points, 3 policies, 4 replications
tasks=60

# sweep OUT ARGUMENT...: leaves $code, out.txt and err.txt
sweep() {
    out=$1
    shift
    call sweep tiny.json --vary "$vary" --out "$out" --no-plots "$@"
}

# shards OUT N: all of them
shards() {
    for i in $(seq "$2"); do
        sweep "$1" --shard "$i/$2"
    done
}

# The manifest has the command line in it, the plan how many shards there were.
strip() { # FOLDER
    grep -v '^  "command"' "$1/manifest.json" >"$1/manifest.stripped"
    grep -v -e '^shards ' -e '^sha256 ' "$1/plan.txt" >"$1/plan.stripped"
}

alike() { # FOLDER FOLDER NAME
    strip "$1"
    strip "$2"
    diff -r --exclude=manifest.json --exclude=plan.txt --exclude=parallel.log --exclude='*.part' "$1" "$2" \
        >out.txt 2>err.txt
    verdict $? "$3"
}

count() { # FOLDER: finished tasks
    find "$1/tasks" -name '*.txt' 2>/dev/null | wc -l
}

# pick BELOW: leaves a whole number in $picked
pick() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    picked=$((seed / 65536 % $1))
}

# ---- shards and merge ----

call sweep tiny.json --vary "$vary" --out whole
[ "$code" -eq 0 ] && [ "$(count whole/tiny)" -eq $tasks ]
verdict $? 'an undivided sweep keeps each of its tasks'
sweep three --shard 1/3
says out.txt "^shard 1/3: [0-9]* of [0-9]* tasks done$" 'a shard tells what it has done'
[ ! -e three/tiny/sweep.csv ] && [ "$(count three/tiny)" -lt $tasks ]
verdict $? 'and makes no report'
exits 3 'a merge too early' merge three/tiny
says err.txt "tasks are missing: .*; of shards 2/3, 3/3$" 'it tells what is missing'
silent out.txt 'and prints no result'
[ ! -e three/tiny/sweep.csv ]
verdict $? 'and makes no report'
for i in 2 3; do
    sweep three --shard $i/3
done
exits 0 'a merge' merge three/tiny
cp out.txt merged.txt
sweep again
same merged.txt out.txt 'a merge prints what the sweep prints'
alike whole/tiny three/tiny 'three shards and a merge: the same bytes, figures and all'
rm -rf whole/tiny/plots
for n in 1 7 80; do
    shards "shards$n" $n
    call merge --no-plots --quiet "shards$n/tiny"
    alike whole/tiny "shards$n/tiny" "as many as $n shards: the same bytes"
done
before=$(cksum whole/tiny/sweep.csv)
sweep other --seed 2
[ "$before" != "$(cksum other/tiny/sweep.csv)" ]
verdict $? 'another seed measures something else'

# ---- a warm-up to be found out ----

sweep auto --set run.warmup=auto
sweep parts --set run.warmup=auto --shard 2/3
exits 3 'a merge too early' merge parts/tiny
says err.txt ': 40 of 60 tasks are missing: .*; of shards 1/3, 3/3$' 'tells tasks whose warm-up is known by now'
for i in 1 3; do
    sweep parts --set run.warmup=auto --shard $i/3
done
exits 0 'a merge' merge --no-plots parts/tiny
alike auto/tiny parts/tiny 'each shard finds the same warm-up: the same bytes'
exits 0 'the list of tasks' sweep tiny.json --vary "$vary" --set run.warmup=auto --tasks
says out.txt '^60	-	.*	queue	3$' 'has no names for them yet'
exits 2 'a precision' sweep tiny.json --vary "$vary" --set run.precision=2% --shard 1/2
says err.txt 'cannot be done in shards' 'is nothing for shards'

# ---- machines without a common disk ----

for i in 1 2 3; do
    sweep "node$i" --shard $i/3
done
exits 0 'a merge of several folders' merge --no-plots --out nodes node1/tiny node2/tiny node3/tiny
mkdir nodes/tiny/tasks
cp -r node1/tiny/tasks node2/tiny/tasks node3/tiny/tasks nodes/tiny
cp node1/tiny/plan.txt nodes/tiny
alike whole/tiny nodes/tiny 'three folders: the same bytes'
exits 0 'a merge into the folder itself' merge --no-plots node2/tiny node1/tiny/ ./node3/tiny
[ -s node2/tiny/sweep.csv ]
verdict $? 'without --out the report is in the first folder'
(cd node3/tiny && "$tandem" merge --quiet --no-plots . ../../node1/tiny ../../node2/tiny) >out.txt 2>err.txt
[ -s node3/tiny/sweep.csv ]
verdict $? 'also where that is "."'
exits 0 'no files' merge --no-files --format csv whole/tiny
same out.txt whole/tiny/sweep.csv 'and CSV'
exits 3 'one folder is missing' merge --out nodes node3/tiny node1/tiny
command=$(sed -n 's/^tandem: those of shard 2\/3 are done by: tandem //p' err.txt)
eval "\"\$tandem\" $command" >out.txt 2>err.txt
verdict $? "the command that is told runs: $command"
exits 0 'and does what is missing' merge --no-plots --out nodes node3/tiny node1/tiny

# ---- what does not belong together ----

exits 2 'a merge of nothing' merge
exits 3 'a folder that is none' merge nowhere
says err.txt 'nowhere: not the folder of a sweep' 'it is named'
call sweep tiny.json --vary "$vary" --set run.seed=2 --out seed2 --shard 1/3
exits 2 'another --set' merge node1/tiny seed2/tiny
says err.txt 'not of the same sweep: --set "run.seed=2" is only there' 'it is told'
call sweep tiny.json --vary links.wire.delay=1ms,2ms --out vary2 --shard 1/3
exits 2 'another --vary' merge node1/tiny vary2/tiny
says err.txt '"links.wire.delay=0ms..20ms:5ms" here and "links.wire.delay=1ms,2ms" there' 'it is told'
sed 's/"5ms"/"6ms"/' tiny.json >tiny2.json
call sweep tiny2.json --vary "$vary" --out text2 --shard 1/3
exits 2 'another scenario' merge node1/tiny text2/tiny
says err.txt 'the scenario is not the same' 'it is told'
cp -r node1 damaged
head -c 300 node1/tiny/plan.txt >damaged/tiny/plan.txt
exits 3 'half a plan' merge damaged/tiny
says err.txt 'damaged/tiny/plan.txt: cut short or damaged' 'it is told'
exits 2 'a shard beyond the last' sweep tiny.json --vary "$vary" --shard 4/3
exits 2 'a shard 0' sweep tiny.json --vary "$vary" --shard 0/3

# ---- --tasks ----

exits 0 'the list of tasks' sweep tiny.json --vary "$vary" --tasks
says out.txt '^task	id	point	policy	replication$' 'it has a heading'
says out.txt '^1	[0-9a-f]\{64\}	links.wire.delay=0ms	sync	0$' 'and a line for each task'
sed 1d out.txt >listed.txt
[ "$(wc -l <listed.txt)" -eq $tasks ]
verdict $? 'for all of them'
cut -f2 listed.txt | sort >ids.txt
find whole/tiny/tasks -name '*.txt' | sed 's|.*/\([0-9a-f]*\)\.txt$|\1|' | sort >kept.txt
same ids.txt kept.txt 'under the names that they are kept under'
for i in 1 2 3 4; do
    call sweep tiny.json --vary "$vary" --tasks --shard $i/4
    sed 1d out.txt
done | sort -n >shared.txt
same listed.txt shared.txt 'each is of one shard'

# ---- --resume ----

cp -r whole resumed
find resumed/tiny/tasks -name '[0-7]*.txt' -exec rm {} +
find whole/tiny/tasks -name '*.txt' -exec touch -d '2000-01-01' {} +
find resumed/tiny/tasks -name '*.txt' -exec touch -d '2000-01-01' {} +
sweep resumed --resume
alike whole/tiny resumed/tiny 'a sweep that is resumed: the same bytes'
[ -z "$(find resumed/tiny/tasks -name '[89a-f]*.txt' -newermt '2001-01-01')" ]
verdict $? 'what was there is not done again'
victim=$(find resumed/tiny/tasks -name '*.txt' | sort | head -n 1)
head -c 100 "$victim" >half.txt && cp half.txt "$victim"
call merge --quiet resumed/tiny
[ "$code" -eq 3 ] && grep -q ': 1 of 60 tasks are missing' err.txt
verdict $? 'half a task is none'
sweep resumed --resume
alike whole/tiny resumed/tiny 'and is done again'
sweep resumed
[ -z "$(find resumed/tiny/tasks -name '*.txt' ! -newermt '2001-01-01')" ]
verdict $? 'without --resume all of them are'

# ---- kill -9 ----

# Longer tasks, so that there is something to kill.
long='--duration 240s --replications 20 --quiet'
# shellcheck disable=SC2086
sweep undisturbed $long
kills=0
halves=0
while [ $kills -lt 12 ]; do
    # shellcheck disable=SC2086
    "$tandem" sweep tiny.json --vary "$vary" --out killed --resume --no-plots $long >out.txt 2>err.txt &
    pid=$!
    pick 150
    sleep "$(printf '0.%03d' $((10 + picked)))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    kills=$((kills + 1))
    [ "$(count killed/tiny)" -gt 0 ] && [ "$(count killed/tiny)" -lt 300 ] && halves=$((halves + 1))
done
[ $halves -gt 0 ]
verdict $? "killed 12 times, $halves of them in the middle of its 300 tasks"
# shellcheck disable=SC2086
sweep killed --resume $long
[ "$code" -eq 0 ]
verdict $? 'a sweep that was killed goes on'
alike undisturbed/tiny killed/tiny 'and ends with the bytes of an undisturbed one'

# ---- the job files ----

TANDEM=$tandem
export TANDEM
for i in 1 2 3; do
    SLURM_ARRAY_TASK_ID=$i SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=3 \
        "$root/scale-out/slurm-array.sh" tiny.json --vary "$vary" --out slurm >out.txt 2>err.txt
done
"$root/scale-out/slurm-merge.sh" --no-plots slurm/tiny >out.txt 2>err.txt
alike whole/tiny slurm/tiny 'slurm-array.sh, by hand: the same bytes'
SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=2 SLURM_ARRAY_TASK_COUNT=1 \
    "$root/scale-out/slurm-array.sh" tiny.json --vary "$vary" --out part >out.txt 2>err.txt
code=$?
[ $code -ne 0 ] && grep -q 'SHARDS' err.txt
verdict $? 'a part of the array must say of how many'
SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=2 SLURM_ARRAY_TASK_COUNT=1 SHARDS=3 \
    "$root/scale-out/slurm-array.sh" tiny.json --vary "$vary" --out part >out.txt 2>err.txt
says out.txt '^shard 2/3: ' 'and can'

# What the pods are told to do, done here: the shell line of the job, with other folders.
pod=$(sed -n 's|^ *- \(exec tandem .*\)$|\1|p' "$root/scale-out/kubernetes-indexed-job.yaml" |
    sed -e "s|exec tandem|exec $tandem|" -e 's|/data/out|pods|')
for i in 0 1 2; do
    JOB_COMPLETION_INDEX=$i SHARDS=3 sh -c "$pod" sh tiny.json --vary "$vary" >out.txt 2>err.txt
done
call merge --no-plots pods/tiny
alike whole/tiny pods/tiny 'the line of kubernetes-indexed-job.yaml, by hand: the same bytes'

# ---- GNU parallel, with workers killed at random ----

# A worker leaves its process number, so that one that is known to be ours can be killed.
mkdir pids
cat >worker.sh <<'SH'
#!/bin/sh
echo "$*" >"pids/$$"
exec "$REAL_TANDEM" "$@"
SH
chmod +x worker.sh

# Kills a shard every now and then, until there is a file "enough".
killer() {
    while [ ! -e enough ]; do
        pick 70
        sleep "$(printf '0.%03d' $((30 + picked)))"
        for file in pids/*; do
            pid=${file#pids/}
            pick 4
            if [ "$picked" -eq 0 ] && grep -q -e '--shard' "$file" &&
                grep -q -a -F -e "$REAL_TANDEM" "/proc/$pid/cmdline" && kill -9 "$pid"; then
                echo "$pid" >>killed.txt
            fi
            rm -f "$file"
        done 2>/dev/null
    done
}

if parallel --version 2>/dev/null </dev/null | grep -q '^GNU parallel'; then
    REAL_TANDEM=$tandem
    TANDEM=$work/worker.sh
    export REAL_TANDEM
    : >killed.txt
    killer &
    hunter=$!
    tries=0
    code=1
    while [ $code -ne 0 ] && [ $tries -lt 10 ]; do
        tries=$((tries + 1))
        # shellcheck disable=SC2086
        "$root/scale-out/parallel.sh" 20 killed2/tiny tiny.json --vary "$vary" \
            --duration 240s --replications 20 >out.txt 2>err.txt
        code=$?
        [ $tries -lt 5 ] || touch enough
    done
    touch enough
    wait $hunter
    [ $code -eq 0 ] && [ -s killed.txt ]
    verdict $? "GNU parallel ends complete with $(wc -l <killed.txt) workers killed, after $tries tries"
    rm -rf killed2/tiny/plots
    alike undisturbed/tiny killed2/tiny 'and ends with the bytes of an undisturbed sweep'
    TANDEM=$tandem "$root/scale-out/parallel.sh" 2 out/tiny tiny.json --vary links.wire.dealy=1ms >out.txt 2>err.txt
    code=$?
    [ $code -eq 2 ] && [ "$(grep -c dealy err.txt)" -eq 1 ]
    verdict $? 'a mistake is told once'
else
    skip 'GNU parallel with workers killed at random' 'GNU parallel is not installed'
fi

finish
