#!/bin/bash
# Runners on other machines: they come by TLS to the relay with the file that the
# host made, and run what rooms ask for; others come in vain.
. "$(dirname "$0")/far.sh"

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
runner far2 -H "localhost:$RELAY" -s "$PASS"
try "nor who comes with the secret, by name" until_ok grep -q 'the runner far2 is here' "$LOG"
try "they are bounded" [ "$(descriptors)" -lt 90 ]
say "200 idle connections: $(descriptors) descriptors, from $before to $(memory_kb "$relay") KB"
few() { [ "$(descriptors)" -lt 20 ]; }
try "and let go when they show no secret" until_ok few
is "it is the same relay" "$(child relay)" "$relay"
{ kill $noise; wait $noise; } 2>/dev/null
try "the log is bounded" [ "$(grep -c 'a connection from' "$LOG")" -lt 120 ]
end_runner far2
end_runner far1
is "a runner that is asked to ends" $? 0
