#!/bin/bash
# Several runners at once, one of the host's own and two elsewhere: they share the
# runs, and what happens to one is nothing to the others.
EMBEDDED=true
. "$(dirname "$0")/far.sh"
until_ok grep -q "the runner .* is here" "$LOG" || bail "no runner of its own"
room_with 'print("now")
'
# first_ms: the median from Run to the first output, of 15 runs
first_ms() {
	local i from
	from=$(cs room show "$ROOM" --json | json .rev)
	for i in {1..15}; do cs room run "$ROOM" --wait >/dev/null 2>&1; done
	cs room tail "$ROOM" --from $((from + 1)) | jq -s '
		def ms: (.[:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber);
		[.[] | select(.type == "run_start" or .type == "run_output") | .at | ms] as $t |
		[range(0; $t | length - 1; 2) | $t[. + 1] - $t[.]] | sort | .[length / 2 | floor]'
}
say "from Run to the first output on the host itself: $(first_ms) ms"
host_stop
sed -i 's/embedded = true/embedded = false/' "$TMP/config"
host_start
until_ok relay_is_up || bail "no relay"
runner far1
comes far1
say "by the relay: $(first_ms) ms"
end_runner far1
is "a runner that is asked to ends" $? 0
host_stop
sed -i 's/embedded = false/embedded = true/' "$TMP/config"
host_start
until_ok relay_is_up || bail "no relay"
until_ok grep -q "the runner .* is here" "$LOG" || bail "no runner of its own"
runner far1
comes far1
runner far2
comes far2
rooms=()
for i in 1 2 3; do
	room_with 'import time
print("begun")
time.sleep(5)
print("end")'
	rooms+=("$ROOM")
done
for ROOM in "${rooms[@]}"; do cs room run "$ROOM" >/dev/null; done
for ROOM in "${rooms[@]}"; do until_ok printed 1 begun; done
# who ROOM: the runner that has its run
who() { sed -n "s/.*run 1 of $1 goes to the runner //p" "$LOG"; }
declare -A room_of
for ROOM in "${rooms[@]}"; do room_of[$(who "$ROOM")]=$ROOM; done
is "three runners have a run each" "${#room_of[@]}" 3
kill_runner far2
ROOM=${room_of[far1]}
cs room stop "$ROOM" >/dev/null
try "a stop reaches the runner that has the run" until_ok ended_as 1 stopped
ROOM=${room_of[far2]}
try "the runs of one that died are lost" until_ok ended_as 1 lost
for name in "${!room_of[@]}"; do
	case $name in far1 | far2) continue ;; esac
	ROOM=${room_of[$name]}
	try "another's end as they would" until_ok ended_as 1 ok
	is "with all that they print" "$(output 1)" "$(printf 'begun\nend\n')"
done
end_runner far1
