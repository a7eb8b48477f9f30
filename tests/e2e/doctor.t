#!/bin/bash
# The doctor looks where programs run: codesync asks the host, and that its
# runners, here and on other machines.
EMBEDDED=true
. "$(dirname "$0")/far.sh"
HOSTNAME=$(uname -n)
until_ok grep -q "the runner $HOSTNAME is here" "$LOG" || bail "the host's own runner does not come"
for k in ann root0; do ssh-keygen -q -t ed25519 -N '' -f "$TMP/$k"; done
cs user add ann --key "$TMP/ann.pub" >/dev/null
cs user add root0 --role admin --key "$TMP/root0.pub" >/dev/null
as() { timeout 60 "${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/$1" -p "$PORT" "$1@127.0.0.1" "${@:2}" </dev/null >"$TMP/out" 2>"$TMP/err"; }
holds() { jq -e "$1" "$TMP/out" >/dev/null; }
isolation() { jq -S .isolation "$1"; }

# --- one runner ---

"$BUILD/codesync-jail" --doctor >"$TMP/jail" 2>/dev/null
well=$?
cs doctor --json >"$TMP/out"
is "the status is that of the sandbox" $? $well
is "the checks are those of codesync-jail with the host's rights" "$(jq -c '[.checks[] | [.name, .ok]]' "$TMP/out")" "$(jq -c '[.checks[] | [.name, .ok]]' "$TMP/jail")"
is "and what can be isolated" "$(isolation "$TMP/out")" "$(isolation "$TMP/jail")"
is "the runner is named" "$(jq -c '[.runners[].name] + ([.checks[].runner] | unique)' "$TMP/out")" "[\"$HOSTNAME\",\"$HOSTNAME\"]"
cs doctor >"$TMP/table" 2>"$TMP/err"
is "for people: a line a check" "$(grep -cE '^(ok|NO)  ' "$TMP/table")" "$(jq '.checks | length' "$TMP/out")"
is "and nothing else" "$(grep -c '^Runner' "$TMP/table")$(cat "$TMP/err")" 0
as root0 doctor --json
is "an admin asks over ssh" $? $well
is "and hears the same" "$(isolation "$TMP/out")" "$(isolation "$TMP/jail")"
as root0 doctor
is "also for people" "$(grep -cE '^(ok|NO)  ' "$TMP/out")" "$(jq '.checks | length' "$TMP/jail")"
as ann doctor
is "others may not" $? 4
like "and are told" "$(cat "$TMP/err")" 'only an admin'
for i in 1 2 3; do cs doctor --json >"$TMP/same$i" & same[i]=$!; done
for i in 1 2 3; do wait "${same[i]}"; done
is "who asks while it looks gets that answer: times and all" "$(md5sum <"$TMP/same2") $(md5sum <"$TMP/same3")" \
    "$(md5sum <"$TMP/same1") $(md5sum <"$TMP/same1")"
room_with 'print("runs")
'
cs doctor --json >/dev/null &
look=$!
is "programs run meanwhile" "$(cs room run "$ROOM" --wait 2>/dev/null)" runs
wait $look
is "what only reads is not in the trail" "$(cs audit --json | jq -c '[.[] | select(.action == "doctor") | [.who, .result]]')" '[["@ann","not_allowed"]]'

# --- several ---

runner far1
comes far1
cs doctor --json >"$TMP/out"
is "every runner looks in its own place" "$(jq -c '[.runners[].name] | sort' "$TMP/out")" "$(jq -cn --arg h "$HOSTNAME" '[$h, "far1"] | sort')"
try "each check says whose it is" holds '[.checks[] | select(.runner == "far1") | .name] == [.checks[] | select(.runner != "far1") | .name]'
try "isolation is what all have" holds '.isolation.namespaces == true and .isolation.cgroup == .runners[0].isolation.cgroup'
cs doctor >"$TMP/table"
is "for people: under their names" "$(grep '^Runner' "$TMP/table" | sort)" "$(printf 'Runner %s\n' "$HOSTNAME" far1 | sort)"
kill -STOP "${far[far1]}"
cs doctor --json >"$TMP/out"
is "one that does not answer is not well" $? 1
try "and said so" holds '[.checks[] | select(.runner == "far1")] | length == 1 and .[0].ok == false and .[0].name == "runner"'
try "the other has looked" holds '[.checks[] | select(.runner != "far1")] | length > 11'
kill -CONT "${far[far1]}"
end_runner far1

# --- none ---

sed -i 's/embedded = true/embedded = false/' "$TMP/config"
host_again
cs doctor >"$TMP/out" 2>"$TMP/err"
is "without a runner there is nothing to ask" $? 5
like "which is said" "$(cat "$TMP/err")" 'no runner is here'
host_stop
host_pid=''
cs doctor >"$TMP/table" 2>"$TMP/err"
is "without a host it looks here" $? $well
like "and says so" "$(cat "$TMP/err")" "no host answers at $RUN"
is "in a line a check" "$(grep -cE '^(ok|NO)  ' "$TMP/table")" "$(jq '.checks | length' "$TMP/jail")"
cs doctor --json >"$TMP/out" 2>"$TMP/err"
is "as JSON it names no runner" "$(jq -c .runners "$TMP/out")$(cat "$TMP/err")" '[]'
