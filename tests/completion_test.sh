#!/bin/sh
# Completion in the shells themselves, and the manual page as groff reads it: TAP on standard output.
# usage: completion_test.sh TANDEM SOURCE_ROOT
set -u
# shellcheck source=tests/tap.sh disable=SC1091
. "$(dirname "$0")/tap.sh"
: "${tandem:?}" "${root:?}" "${work:?}"
code=0

for shell in bash fish zsh; do
    exits 0 "completion $shell" completion $shell
    cp out.txt tandem.$shell
done
exits 2 'completion without a shell' completion
exits 2 'a shell that is not known' completion bsh
says err.txt 'did you mean "bash"' 'the shell that was meant'

verbs=$("$tandem" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$verbs" | wc -w)" -ge 8 ]
verdict $? 'help lists the verbs'
options_of() { # VERB
    "$tandem" "$1" --help | sed -n '/^Options:/,/^$/s/^  *\(-[a-z], \)*\(--[a-z-]*\).*/\2/p'
}

mkdir folder 'folder two'
touch file.json "it's.json"

# What is offered, a word a line and sorted, has to be what is expected.
offers() { # SHELL LINE EXPECTED
    "offered_by_$1" "$2" | LC_ALL=C sort >out.txt 2>err.txt
    printf '%s' "${3:+$3
}" >expected.txt
    same expected.txt out.txt "$1: $2"
}

in_all() { # VERB
    for verb in $verbs; do
        offers "$1" "tandem $verb --" "$(options_of "$verb" | LC_ALL=C sort)"
    done
    offers "$1" 'tandem r' 'run'
    offers "$1" 'tandem ' "$verbs"
    offers "$1" 'tandem run --du' '--duration'
    offers "$1" 'tandem list me' 'metrics'
    offers "$1" 'tandem list --seed 3 sc' 'scenarios'
    offers "$1" 'tandem completion ' 'bash
fish
zsh'
    offers "$1" 'tandem lesson ' 'grade
list
start'
    offers "$1" 'tandem run --format ' 'csv
json
markdown
table'
    offers "$1" 'tandem run -f m' 'markdown'
    offers "$1" 'tandem list keys f' ''
}

# ---- bash: --name=value comes apart there, as $COMP_WORDBREAKS has it ----

offered_by_bash() { # LINE
    # shellcheck disable=SC2016 # for the other bash
    bash --norc --noprofile -c '
        source ./tandem.bash
        line=$1
        [[ $line == *" " ]] && last=1 || last=0
        read -ra COMP_WORDS <<<"${line//=/ = }"
        ((last)) && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _tandem
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' - "$1" 2>&1
}

if ! command -v bash >/dev/null; then
    skip 'bash' 'there is no bash'
else
    in_all bash
    offers bash 'tandem run f' "file.json
folder
folder two"
    offers bash "tandem check it" "it's.json"
    offers bash 'tandem run --out ' "folder
folder two"
    offers bash 'tandem run --out=f' "folder
folder two"
    offers bash 'tandem run --format=' 'csv
json
markdown
table'
    offers bash 'tandem lesson grade one f' "folder
folder two"
    offers bash 'tandem run --set f' ''
    offers bash 'tandem run --set run.seed=f' ''
    offers bash 'tandem merge fi' ''
    offers bash 'tandem list metrics fi' 'file.json'
    offers bash 'tandem list scenarios f' "folder
folder two"
fi

# ---- fish: what stands behind a tab is the doc ----

offered_by_fish() { # LINE
    # shellcheck disable=SC2016 # for fish
    HOME=$work fish --no-config -c 'source tandem.fish; complete -C "$argv[1]"' "$1" 2>&1 | cut -f 1
}

if ! command -v fish >/dev/null; then
    skip 'fish' 'there is no fish'
else
    fish -n tandem.fish >out.txt 2>err.txt
    verdict $? 'fish reads its script'
    in_all fish
    offers fish 'tandem run fi' 'file.json'
    offers fish 'tandem merge f' "folder two/
folder/"
    offers fish 'tandem run --out=f' "--out=folder two/
--out=folder/"
    offers fish 'tandem list scenarios folder' "folder two/
folder/"
    HOME=$work fish --no-config -c 'source tandem.fish; complete -C "tandem sweep --sha"' >out.txt
    says out.txt '	do the tasks of .*; "tandem merge" puts them together$' 'fish: docs with quotation marks'
fi

# ---- zsh: in a terminal, as its user sees it ----

cat >type.zsh <<'ZSH'
# usage: type.zsh LINE...: types each line and a tab; got.txt gets what the line is then. What was on the screen
# goes to standard output.
zmodload zsh/zpty || exit 77
zpty z zsh -f -i
zpty -w z 'PS1=; TERM=dumb; autoload -U compinit; compinit -D -u; source ./tandem.zsh; bindkey "^I" complete-word'
zpty -w z 'tell() { print -r -- "$BUFFER" >>got.txt; BUFFER= }; zle -N tell; bindkey "^T" tell; print REA""DY'
zpty -r -m z screen '*READY*' || exit 1
for line in "$@"; do
    before=$(wc -l <got.txt)
    zpty -w -n z $line$'\t\x14'
    repeat 100; do
        while zpty -r -t z part; do print -rn -- $part; done
        (( $(wc -l <got.txt) > before )) && break
        sleep 0.05
    done
done
# What it has shown may still be on its way here: up to the answer to this, all of it is read.
zpty -w z 'print EN""D'
zpty -r -m z part '*END*' && print -rn -- $part
zpty -d z
ZSH

if ! command -v zsh >/dev/null; then
    skip 'zsh' 'there is no zsh'
else
    zsh -n tandem.zsh >out.txt 2>err.txt
    verdict $? 'zsh reads its script'
    cat >expected.txt <<'LINES'
tandem run 
tandem run --duration=
tandem list metrics 
tandem list metrics file.json 
tandem list scenarios folder\ two/
tandem run -f markdown 
tandem run --format=markdown 
tandem merge folder\ two/
tandem check it\'s.json 
tandem sweep --shard=
tandem completion zsh 
tandem lesson grade one folder\ two/
tandem run --no-
LINES
    : >got.txt
    HOME=$work zsh -f type.zsh 'tandem r' 'tandem run --du' 'tandem list me' 'tandem list metrics fi' \
        'tandem list scenarios folder\ ' 'tandem run -f m' 'tandem run --format=m' 'tandem merge folder\ ' \
        'tandem check it' 'tandem sweep --sha' 'tandem completion z' 'tandem lesson grade one folder\ ' \
        'tandem run --no-' >screen.txt 2>err.txt
    if [ $? -eq 77 ]; then
        skip 'zsh: lines that are typed' 'zsh has no zpty'
    else
        diff expected.txt got.txt >out.txt
        verdict $? 'zsh: lines that are typed'
        says screen.txt '--no-files .*write nothing but standard output' 'zsh: docs'
    fi
fi

# ---- the manual page ----

exits 0 'manual' manual
cp out.txt tandem.1
exits 2 'manual takes nothing' manual run

if ! command -v mandoc >/dev/null; then
    skip 'mandoc has no warnings' 'there is no mandoc'
else
    mandoc -T lint -W warning tandem.1 2>&1 | grep -v 'missing date' >out.txt # it has none
    silent out.txt 'mandoc has no warnings'
fi

# In plain letters and wide lines, so that nothing is broken up.
if ! command -v groff >/dev/null; then
    skip 'the manual page' 'there is no groff'
else
    groff -man -Tutf8 -ww tandem.1 >out.txt 2>err.txt
    verdict $? 'groff reads the page'
    silent err.txt 'groff has no warnings'
    groff -man -Tascii -P-cbou -rLL=300n -rHY=0 tandem.1 2>err.txt | tr -s ' ' >page.txt
    for section in NAME SYNOPSIS DESCRIPTION COMMANDS FILES 'EXIT STATUS' 'SEE ALSO'; do
        says page.txt "^$section\$" "the page has $section"
    done
    for verb in $verbs; do
        sed -n "/^ tandem $verb\$/,/^ Examples:/p" page.txt >out.txt
        says out.txt "^ tandem $verb " "the page has tandem $verb"
        for option in $(options_of "$verb"); do
            says out.txt "^ .*$option" "the page has tandem $verb $option"
        done
        "$tandem" "$verb" --help | sed -n '/^Examples:/,$s/^ *\(tandem .*\)/\1/p' >examples.txt
        while IFS= read -r example; do
            grep -q -F -e "$example" page.txt
            verdict $? "the page has $example"
        done <examples.txt
    done
    cat >tiny.json <<'JSON'
{
  "name": "tiny",
  "run": { "duration": "1s" },
  "components": { "shop": { "endpoints": { "buy": [ {"work": "5ms"} ] } } },
  "load": [ { "request": "shop.buy", "open": {"constant": "10/s"} } ],
  "policies": { "alone": { "mode": "sync" } }
}
JSON
    exits 0 'run' run --quiet tiny.json
    for path in $(cd out/tiny && find . -type f | sed 's,^\./,,; s,^alone/,POLICY/,; s,^\(plots/.*\)\..*,\1,' | sort -u); do
        grep -q -F -e "${path#plots/}" page.txt
        verdict $? "the page tells what $path is"
    done
fi

finish
