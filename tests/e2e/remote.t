#!/bin/bash
# Runners on other machines: they come by TLS to the relay with the file that the
# host made, run what rooms ask for, and whatever dies on the way, a run is run
# once and ends as what it was.
. "$(dirname "$0")/lib.sh"
WAIT_S=25 # a lease is 10 seconds
printf 'runner {\n\tembedded = false\n\tlisten = "127.0.0.1:0"\n}\n' >"$TMP/config"
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

# runner NAME [OPTION...]: a runner that is nobody's child but ours.
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

# --- who is let in ---

is "the files are for nobody else" "$(stat -c '%a' "$PASS" "$DATA/keys/relay_key" | xargs)" "600 600"
cp "$PASS" "$TMP/open"
chmod 644 "$TMP/open"
runner A -H "127.0.0.1:$RELAY" -s "$TMP/open"
wait "${far[A]}"
is "a file that others can read is refused" $? 100
like "and the runner says what to do" "$(cat "$TMP/A.log")" 'can be read by others: chmod 600'
runner A -H "127.0.0.1:$RELAY" -s "$TMP/config"
wait "${far[A]}"
is "a file of another kind is refused" $? 100

sed 's/^secret .*/secret '"$(printf '%064d' 0)"'/' "$PASS" >"$TMP/wrong-secret"
chmod 600 "$TMP/wrong-secret"
runner A -H "127.0.0.1:$RELAY" -s "$TMP/wrong-secret"
try "a wrong secret is refused, and the runner says so" says A 'refused: the host does not know this secret'
try "the host's log says it, too" until_ok grep -q 'codesync-relay: a runner at .* is refused' "$LOG"
end_runner A

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=codesync-relay \
    -keyout "$TMP/other.key" -out "$TMP/other.pem" 2>/dev/null
{ grep '^secret' "$PASS"; cat "$TMP/other.pem"; } >"$TMP/wrong-cert"
chmod 600 "$TMP/wrong-cert"
runner A -H "127.0.0.1:$RELAY" -s "$TMP/wrong-cert"
try "a host with another certificate is refused, and the runner says so" says A 'it has another certificate'
end_runner A
is "it says so once" "$(grep -c certificate "$TMP/A.log")" 1
runner A -H "127.0.0.1:$PORT" -s "$PASS"
try "a port where ssh listens is no relay" says A 'does not speak TLS\|is that the relay'
end_runner A
runner A -H "127.0.0.1:1" -s "$PASS"
try "a port where nobody listens is said" says A 'not reached: Connection refused'
end_runner A
runner A -H "no-such-host.invalid:1" -s "$PASS"
try "a name that nobody knows is said" says A 'its name is not known'
end_runner A
sed -n 's/^secret //p' "$PASS" >"$TMP/secret"
try "no secret is in a log" eval '! grep -qFf "$TMP/secret" "$LOG" "$TMP"/*.log'

# --- one runner elsewhere, none here ---

room_with 'print("hello")
'
runner far1
comes far1
is "a program runs there" "$(cs room run "$ROOM" --wait 2>/dev/null)" hello
like "the host's log says who has it" "$(cat "$LOG")" "run 1 of $ROOM goes to the runner far1"
is "no secret is in the arguments or the environment of a process" \
    "$(cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -acFf "$TMP/secret")" 0

enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob
program 'print("got", input("n? "))'
keys A C-r
try "who ran it is asked" sees A '^stdin>'
type_in A four
keys A Enter
both "and answers" 'got four'
program 'import sys
print(len(sys.stdin.read()))'
is "input of 1 MiB" "$(head -c 1048576 /dev/zero | tr '\0' x | cs room run "$ROOM" --wait --stdin - 2>/dev/null)" 1048576
program 'import time
print("waiting")
time.sleep(60)'
keys A C-r
both "what is printed is seen before the end" '^waiting|│waiting'
keys B C-c
both "it is stopped" 'STOPPED by Bob'
program 'for i in range(8000): print("x" * 99)'
is "much output comes whole" "$(cs room run "$ROOM" --wait 2>/dev/null | md5sum)" \
    "$(yes "$(printf 'x%.0s' {1..99})" | head -n 8000 | md5sum)"
program 'import sys; sys.exit(3)'
is "a verdict is the program's" "$(cs room run "$ROOM" --wait --json | jq -c '[.verdict, .exit_code]')" '["failed",3]'
last() { entries run_start | tail -n 1 | json .run; }

# --- noise ---

cat >"$TMP/noise.py" <<'END'
import os, signal, socket, ssl, struct, sys
port, hold = int(sys.argv[1]), []
def dial():
    return socket.create_connection(("127.0.0.1", port))
def tls():
    c = ssl.create_default_context()
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    return c.wrap_socket(dial())
for _ in range(20):                                  # garbage
    s = dial(); s.sendall(os.urandom(4096)); hold.append(s)
for body in (b"", b"\x04" * 40, b"\x01" * 128, os.urandom(128), b"\x01" + b"\0" * 90):
    s = tls(); s.sendall(b"\0SP\0\0\x10\0\0" + struct.pack(">Q", len(body)) + body); hold.append(s)
s = tls(); s.sendall(b"\0SP\0\0\x10\0\0" + struct.pack(">Q", 1 << 40)); hold.append(s)
s = tls(); s.sendall(b"\0SP\0\0\x10\0\0" + b"\0\0\0"); s.close()
for _ in range(200):                                 # and who says nothing
    hold.append(dial())
print("held", flush=True)
signal.pause()
END
descriptors() { find "/proc/$(child relay)/fd" -mindepth 1 | wc -l; }
before=$(memory_kb "$(child relay)") relay=$(child relay)
python3 "$TMP/noise.py" "$RELAY" >"$TMP/held" 2>&1 &
noise=$!
until_ok grep -q held "$TMP/held" || bail "no noise: $(cat "$TMP/held")"
program 'print("still", "here")'
is "garbage and 200 idle connections hold up no run" "$(cs room run "$ROOM" --wait 2>/dev/null)" "still here"
runner far2
try "nor who comes with the secret" until_ok grep -q 'the runner far2 is here' "$LOG"
try "they are bounded" [ "$(descriptors)" -lt 90 ]
say "200 idle connections: $(descriptors) descriptors, from $before to $(memory_kb "$relay") KB"
few() { [ "$(descriptors)" -lt 20 ]; }
try "and let go when they show no secret" until_ok few
is "it is the same relay" "$(child relay)" "$relay"
{ kill $noise; wait $noise; } 2>/dev/null
try "the log is bounded" [ "$(grep -c 'a connection from' "$LOG")" -lt 120 ]
end_runner far2

# --- deaths ---

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
ready=$(descendants "${far[far1]}")
run=$((run + 1))
keys A C-r
until_ok printed $run begun
relay=$(child relay)
kill -STOP "$relay"
try "the way is cut for longer than a lease: the run is lost" until_ok ended_as $run lost
kill -CONT "$relay"
# It runs in a sandbox that was ready, and each of those is used once.
one_has_gone() {
	local p
	for p in $ready; do gone "$p" && return; done
	return 1
}
try "which goes on meanwhile" eval '! one_has_gone'
try "and is ended when its runner is back" until_ok one_has_gone
program 'print("as before")'
is "which runs the next one" "$(cs room run "$ROOM" --wait 2>/dev/null)" "as before"
leave A
leave B

# first_ms: the median from Run to the first output, of 15 runs
put 'print("now")'
first_ms() {
	local i from
	from=$(cs room show "$ROOM" --json | json .rev)
	for i in {1..15}; do cs room run "$ROOM" --wait >/dev/null 2>&1; done
	cs room tail "$ROOM" --from $((from + 1)) | jq -s '
		def ms: (.[:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber);
		[.[] | select(.type == "run_start" or .type == "run_output") | .at | ms] as $t |
		[range(0; $t | length - 1; 2) | $t[. + 1] - $t[.]] | sort | .[length / 2 | floor]'
}
say "from Run to the first output by the relay: $(first_ms) ms"

# --- several at once: one here, two elsewhere ---

end_runner far1
is "a runner that is asked to ends" $? 0
host_stop
sed -i 's/embedded = false/embedded = true/' "$TMP/config"
host_start
until_ok relay_is_up || bail "no relay"
until_ok grep -q "the runner .* is here" "$LOG" || bail "no runner of its own"
say "from Run to the first output on the host itself: $(first_ms) ms"
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
