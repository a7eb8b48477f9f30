#!/bin/bash
# Behind a balancer: connections are theirs whose they are said to be, and who
# says nothing, or has nothing to say, is not let in.
. "$(dirname "$0")/lib.sh"
printf 'proxy = "require"\nproxy_from = { "127.0.0.1" }\npenalties = false\nper_source = 2\n' >"$TMP/config"
host_start
# through SOURCE [SECONDS]: a connection from there by way of a balancer; prints
# the greeting, or nothing if it is closed. "-": without a header.
through() { python3 "$TMP/through.py" "$PORT" "$1" "${2-0}" "${3-127.0.0.1}"; }
cat >"$TMP/through.py" <<'END'
import socket, struct, sys, time
port, source, hold, own = sys.argv[1:]
s = socket.create_connection(('127.0.0.1', int(port)), source_address=(own, 0))
s.settimeout(10)
if source != '-':
    head = b'\r\n\r\n\0\r\nQUIT\n\x21\x11' + struct.pack('>H', 12) + socket.inet_aton(source) + socket.inet_aton('192.0.2.1') + struct.pack('>HH', 1, 2)
    try:
        s.sendall(head[:7])
        time.sleep(0.1)  # in two pieces
        s.sendall(head[7:] + b'SSH-2.0-test\r\n')
    except OSError:
        pass
try:
    print(s.recv(7).decode(), flush=True)
except OSError:
    pass
if hold != '0':
    time.sleep(float(hold))
END
is "who comes through it is greeted" "$(through 192.0.2.7)" SSH-2.0
try "and known by its own address" until_ok grep -q '192\.0\.2\.7: ' "$LOG"
is "who sends no header is sent away" "$(through -)" ''
like "and the log says so" "$(cat "$LOG")" '127\.0\.0\.1: it sent no PROXY header in time'
is "who comes from elsewhere is not heard" "$(through 192.0.2.7 0 127.0.0.2)" ''
for i in 1 2; do
	python3 "$TMP/through.py" "$PORT" 192.0.2.8 60 127.0.0.1 >"$TMP/held.$i" &
	holders="${holders-} $!"
done
held() { [ "$(cat "$TMP/held.1" "$TMP/held.2" 2>/dev/null | grep -c SSH)" = 2 ]; }
try "limits by source are by theirs" until_ok held
is "a third from there is refused" "$(through 192.0.2.8)" ''
is "but not one from elsewhere" "$(through 192.0.2.9)" SSH-2.0
# shellcheck disable=SC2086 # a list of numbers
kill $holders
# shellcheck disable=SC2086
wait $holders 2>/dev/null
true
