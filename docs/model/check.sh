#!/usr/bin/env bash
# Has Spin check the models beside this script: every property must hold, and every mutant must be refuted for the reason
# given. Prints one line for each run; exits 0 if all came out as expected, 1 if one did not, 2 if tools are missing.
# `check.sh REGEX` runs only those whose model and switches match.
set -euo pipefail
models=$(cd "$(dirname "$0")" && pwd)
only=${1:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
surprises=0

for tool in spin cc; do
  command -v $tool >/dev/null || {
    echo "$tool is not installed: Debian's packages are spin, gcc and libc6-dev" >&2
    exit 2
  }
done

# build MODEL CC-OPTIONS SWITCH...: makes the verifier `pan` in the scratch directory
build() {
  local model=$1 options=$2
  shift 2
  cd "$scratch"
  rm -f pan*
  spin -a "$@" "$models/$model.pml" >spin.out 2>&1 || { cat spin.out >&2; exit 1; }
  # shellcheck disable=SC2086
  cc -w $options -DNOFAIR -DNOCLAIM -DVECTORSZ=1024 -DMEMLIM=1536 -o pan pan.c
}

# expect OUTCOME MODEL SWITCH...: runs the verifier and prints what came out, and after how much time of the processor
expect() {
  local expected=$1 name="${*:2}" outcome detail TIMEFORMAT=%U
  [[ $expected != refuted ]] || name="$2 ${*:4}"
  [[ $name =~ $only ]] || return 0
  { time "check_$expected" "${@:2}" 2>&3; } 3>&2 2>"$scratch/time"
  if [[ $outcome == "$expected" ]]; then
    printf '%-9s %6.1f s  %s: %s\n' "$outcome" "$(cat time)" "$name" "$detail"
  else
    surprises=$((surprises + 1))
    printf 'SURPRISE  %6.1f s  %s: %s\n' "$(cat time)" "$name" "$detail"
    tail -n 30 pan.out
  fi
}

# No assertion is violated, and no run ends but where it may.
check_holds() {
  build "$1" '-O1 -DSAFETY' "${@:2}"
  ./pan -m10000 >pan.out 2>&1 || true
  judge
}

# No run goes on for ever.
check_ends() {
  build "$1" '-O1 -DNP' "${@:2}"
  ./pan -l -m10000 >pan.out 2>&1 || true
  judge
}

judge() {
  outcome=violated
  if grep -q 'errors: 0' pan.out && ! grep -q 'not completed' pan.out; then
    outcome=$expected
  fi
  detail="$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' pan.out) states"
}

# Some run violates an assertion with the reason in it; the verifier is asked for more errors until it comes.
check_refuted() {
  build "$1" '-O0 -DSAFETY' "${@:3}"
  stdbuf -oL ./pan -c0 -m10000 2>&1 | grep -m1 -F -- "$2" >pan.out || true
  judge_refuted
}

# Some run ends where it must not; with the last choices tried first it is found sooner.
check_deadlocks() {
  build "$1" '-O0 -DSAFETY -DREVERSE -DT_REVERSE' "${@:2}"
  ./pan -m10000 2>&1 | grep -F 'invalid end state (' >pan.out || true
  judge_refuted
}

judge_refuted() {
  outcome=holds
  detail=$(sed 's/^pan:[0-9]*: //' pan.out)
  [[ -z $detail ]] || outcome=$expected
  ((${#detail} <= 70)) || detail="…${detail: -70}"
}

# The circle: no deadlock whatever crashes and is taken over; every coupling shows.
expect holds circle -DWRITES=3 -DCRASHES=0 -DTAKEOVERS=1
expect holds circle -DWRITES=3 -DCRASHES=1 -DTAKEOVERS=0
expect holds circle -DWRITES=2 -DCRASHES=1 -DTAKEOVERS=1
expect ends circle -DWRITES=2 -DCRASHES=0 -DTAKEOVERS=1
expect deadlocks circle -DSHARED_MEMORY -DCRASHES=0 -DTAKEOVERS=0
expect deadlocks circle -DFLUSH_WAITS_FOR_PEER -DCRASHES=0 -DTAKEOVERS=0
expect deadlocks circle -DCONSUMING_WAITS_FOR_PUBLISHING -DCRASHES=0 -DTAKEOVERS=0
expect deadlocks circle -DSERVE_UNFLUSHED -DCRASHES=1 -DTAKEOVERS=0
expect deadlocks circle -DSERVE_UNFLUSHED -DCRASHES=0 -DTAKEOVERS=1 -DLOGS=3

# One mirror: safety under crashes, appends of unknown outcome, promotions.
expect holds mirror -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DEPOCHS=2
expect holds mirror -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DWRITES=1
expect holds mirror -DCRASHES=0 -DFAILURES=1 -DPROMOTIONS=1 -DEPOCHS=2
expect holds mirror -DCRASHES=0 -DFAILURES=1 -DPROMOTIONS=1 -DWRITES=1
expect holds mirror -DCRASHES=1 -DFAILURES=1 -DPROMOTIONS=0
expect holds mirror -DCRASHES=2 -DFAILURES=0 -DPROMOTIONS=0
expect holds mirror -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=2 -DEPOCHS=2
expect holds mirror -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=2 -DWRITES=1
expect holds mirror -DCRASHES=1 -DFAILURES=1 -DPROMOTIONS=1 -DWRITES=1 -DEPOCHS=1
expect holds mirror -DREFENCES=1 -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=2 -DWRITES=1 -DEPOCHS=1
expect holds mirror -DREFENCES=1 -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DWRITES=1 -DEPOCHS=1
expect holds mirror -DLOSSES=1 -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=0
expect holds mirror -DLOSSES=1 -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DEPOCHS=1
expect holds mirror -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=0 -DREFUSALS=1 -DQUEUE=3
expect holds mirror -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1 -DREFUSALS=1 -DQUEUE=3 -DEPOCHS=2
expect holds mirror -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DWRITES=1 -DEPOCHS=2 -DDELIVERIES=2 -DRETRIES=1
expect holds mirror -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=2 -DWRITES=1 -DEPOCHS=2 -DDELIVERIES=2 -DRETRIES=1
expect refuted mirror '!(reached)' -DGOAL -DCRASHES=0 -DFAILURES=1 -DPROMOTIONS=1
expect refuted mirror '>=acknowledged' -DACK_BEFORE_LOG -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=0
expect refuted mirror '>=acknowledged' -DREAD_BEFORE_FENCE -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'writer==' -DNO_FENCE -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'lastEpoch' -DRELEASE_EARLY -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=0
expect refuted mirror 'lastEpoch' -DRELEASE_BY_ROLES -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'logged' -DRENUMBER -DCRASHES=0 -DFAILURES=1 -DPROMOTIONS=0
expect refuted mirror 'highestTerm' -DRETAKE_BY_ITSELF -DCRASHES=0 -DFAILURES=1 -DPROMOTIONS=1
expect refuted mirror 'orderTerm' -DOBEY_OLD_ORDERS -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'lastWriter' -DRETAKE_OVER_HIGHER_TERM -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'highestTerm==3' -DSETTLE_EARLY -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DWRITES=1 -DEPOCHS=2
expect refuted mirror 'highestTerm==3' -DFENCED_STAYS_AWAY -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'dirtyTo' -DFLUSH_BEFORE_LOG -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=0
expect refuted mirror '.start' -DDELETE_TO_END -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=0
expect refuted mirror '.start' -DDELETE_OWN_SEALS -DCRASHES=0 -DFAILURES=1 -DPROMOTIONS=1
expect refuted mirror 'writer==' -DLEAVE_OLD_WRITERS -DREFENCES=1 -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'writer==' -DREFENCE_AT_ONCE -DREFENCES=1 -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'highestTerm' -DTRUST_OLD_DEFINITION -DREFENCES=1 -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=2 -DWRITES=1 -DEPOCHS=1
expect refuted mirror '.torn' -DDIRTY_BY_NUMBER -DLOSSES=1 -DCRASHES=2 -DFAILURES=0 -DPROMOTIONS=0 -DEPOCHS=1
expect refuted mirror '.took' -DPOSITION_BY_NUMBER -DLOSSES=1 -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DEPOCHS=1
expect refuted mirror 'dirtyTo' -DNOT_REDONE -DLOSSES=1 -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DEPOCHS=1
expect refuted mirror '.took' -DNOT_LOOKED_AT_AGAIN -DLOSSES=1 -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=1 -DEPOCHS=1
expect refuted mirror 'highestTerm' -DNEVER_AFTER_NEW_TERM -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=1
expect refuted mirror 'chain.seq+1)' -DSTOP_AT_HOLE -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=0 -DREFUSALS=1
expect refuted mirror 'chain.seq+1)' -DTAKE_BEHIND_HOLE -DCRASHES=0 -DFAILURES=0 -DPROMOTIONS=0 -DREFUSALS=1
expect refuted mirror 'logged' -DKEEP_BEHIND_HOLE -DCRASHES=1 -DFAILURES=0 -DPROMOTIONS=0 -DREFUSALS=1

if ((surprises)); then
  echo "$surprises runs did not come out as expected" >&2
  exit 1
fi
