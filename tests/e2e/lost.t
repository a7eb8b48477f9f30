#!/bin/bash
# A runner elsewhere, and the processes on the way to it: whatever dies, a run is
# run once and ends as what it was, or as lost.
. "$(dirname "$0")/far.sh"
room_with '# begin
'
runner far1
comes far1
enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob
cs room run "$ROOM" --wait >/dev/null 2>&1

program 'import time
for i in range(25):
    print("line", i)
    time.sleep(0.1)
input("done? ")'
whole=$(for i in {0..24}; do echo "line $i"; done; printf 'done? ')
run=$(($(last) + 1))
keys A C-r
until_ok printed $run 'line 5'
try "the relay is killed during a run" murder relay
try "the run goes on, and its program asks" sees A '^stdin>'
is "no output is lost or doubled" "$(output $run)" "$whole"
kill -KILL "$(child relay)"
type_in A yes
keys A Enter
try "what is typed while it is away reaches the program" until_ok ended_as $run ok
is "once" "$(entries run_input | jq -s "[.[] | select(.run == $run)] | length")" 1
program 'import time
print("begun")
time.sleep(60)'
run=$((run + 1))
keys A C-r
both "another is run" '^begun|│begun'
kill -KILL "$(child relay)"
keys A C-c
try "a stop while it is away reaches the program" until_ok ended_as $run stopped
program 'import time
print("begun")
for i in range(20):
    time.sleep(0.1)
print("end")'
run=$((run + 1))
keys A C-r
until_ok printed $run begun
try "the hub is killed during a run" murder hub
try "the run ends as what it was" until_ok ended_as $run ok
is "and was run once" "$(output $run)" "$(printf 'begun\nend\n')"
program 'import time
print("begun")
time.sleep(60)'
sees A '# program'
run=$((run + 1))
keys A C-r
until_ok printed $run begun
all=$(descendants "${far[far1]}")
kill_runner far1
both "a runner is killed: its run is lost" 'RUNNER LOST'
all_gone() {
	local p
	for p in $1; do gone "$p" || return 1; done
}
try "and nothing of the program stays" until_ok all_gone "$all"

runner far1
until_ok eval '[ $(grep -c "the runner far1 is here" "$LOG") -ge 2 ]' || bail "far1 does not come back"
pool_is_filled() { [ "$(descendants "${far[far1]}" | wc -l)" -ge 4 ]; }
until_ok pool_is_filled
run=$((run + 1))
keys A C-r
until_ok printed $run begun
pythons=$(descendants "${far[far1]}" python3)
relay=$(child relay)
kill -STOP "$relay"
try "the way is cut for longer than a lease: the run is lost" until_ok ended_as $run lost
kill -CONT "$relay"
# It is one of these; the others wait, and stay.
one_has_gone() {
	local p
	for p in $pythons; do gone "$p" && return; done
	return 1
}
try "which goes on meanwhile" eval '! one_has_gone'
try "and is ended when its runner is back" until_ok one_has_gone
program 'print("as before")'
is "which runs the next one" "$(cs room run "$ROOM" --wait 2>/dev/null)" "as before"
end_runner far1
is "a runner that is asked to ends" $? 0
