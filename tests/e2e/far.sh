# far.sh - for the tests of runners on other machines: a host with a relay, and
# runners that are nobody's children but ours. Source it instead of lib.sh.
# shellcheck shell=bash disable=SC2034
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
WAIT_S=25 # a lease is 10 seconds
printf 'runner {\n\tembedded = %s\n\tlisten = "127.0.0.1:0"\n}\n' "${EMBEDDED:-false}" >"$TMP/config"
PASS=$DATA/keys/runner.pass
declare -A far
relay_is_up() { grep -q 'codesync-relay: ready for runners on ' "$LOG"; }
relay_port() { sed -n 's/^codesync-relay: ready for runners on .*:\([0-9]*\)$/\1/p' "$LOG" | tail -n 1; }
# Its port is free when it is started again: then it has it again.
host_start
until_ok relay_is_up || bail "the relay did not start"
RELAY=$(relay_port)
host_stop
sed -i "s/127.0.0.1:0/127.0.0.1:$RELAY/" "$TMP/config"
host_start
until_ok relay_is_up || bail "the relay did not start again"

# runner NAME [OPTION...]: with its log in NAME.log.
runner() {
	local name=$1
	shift
	[ $# -gt 0 ] || set -- -H "127.0.0.1:$RELAY" -s "$PASS"
	# descriptor 3 is how codesyncd would end it
	"$BUILD/codesync-runner" -f "$TMP/no-config" -n "$name" "$@" 2>"$TMP/$name.log" </dev/null 3<&- &
	far[$name]=$!
}
comes() { until_ok grep -q "the runner $1 is here" "$LOG" || bail "$1 does not come: $(cat "$TMP/$1.log")"; }
end_runner() {
	kill -TERM "${far[$1]}"
	wait "${far[$1]}"
}
kill_runner() { { kill -KILL "${far[$1]}"; wait "${far[$1]}"; } 2>/dev/null; }
says() { until_ok grep -q -- "$2" "$TMP/$1.log"; }
# entries TYPE: of the room's log
entries() { cs room tail "$ROOM" | jq -c "select(.type == \"$1\")"; }
output() { cs room tail "$ROOM" | jq -rj "select(.type == \"run_output\" and .run == $1) | .text"; }
verdict() { cs room tail "$ROOM" | jq -r "select(.type == \"run_end\" and .run == $1) | .verdict"; }
printed() { [[ $(output "$1") == *"$2"* ]]; }
ended_as() { [ "$(verdict "$1")" = "$2" ]; }
# put TEXT: becomes the program
put() { printf '%s\n' "$1" | cs room put "$ROOM" main.py >/dev/null; }
last() { entries run_start | tail -n 1 | json .run; }
