#!/bin/bash
# What terminals say of themselves: all, some, nothing, and late. However somebody
# comes out of the editor, the terminal is as it was before.
. "$(dirname "$0")/lib.sh"
host_start
room
export PORT ROOM BUILD RUN
export SSH_LINE="$SSH_LINE -tt" PYTHONPATH=$LIB
# person NAME ROLE: a script on standard input for one that comes in; prints what it says.
person() {
	WHO=$1 INVITE=$(invite "${2:-candidate}") python3 -c "
import os, sys, time, signal
from person import *
def enter(answers=None, **more):
    return Person(os.environ['ROOM'] + os.environ.get('LOOK', ''), os.environ['INVITE'], os.environ['WHO'], answers, **more)
$(cat)"
}

is "a terminal that says all that it can" "$(person Kit <<'PY'
p = enter(MODERN)
at = p.wait(b"\x1b[>5u")
print("first screen before answers:", b"Join interview" in p.data or b"Your name" in p.data)
p.inside()
at = len(p.data)
p.send(b"\x1b[12;5u\x0c")  # draw again
p.wait(b"\x1b[?2026l", at)
print("large frames in one piece:", p.data.find(b"\x1b[?2026h", at) >= 0)
at = len(p.data)
p.send(b"\x1b[113;5u")  # ^Q as kitty reports it
p.wait(b"Leave", at)
p.send(b"l")
status = p.end()
last = p.data[at:]
print("keys are as before:", 0 < last.find(b"\x1b[<u") < last.find(b"\x1b[?1049l"))
print("and a receipt on the normal screen:", 0 < last.find(b"\x1b[?1049l") < last.find(b"You left room"))
print("modes:", all(m in last for m in (b"\x1b[?2004l", b"\x1b[?1000l", b"\x1b[?1002l", b"\x1b[?1006l")), status)
PY
)" 'first screen before answers: True
large frames in one piece: True
keys are as before: True
and a receipt on the normal screen: True
modes: True 0'

is "one that says nothing" "$(person Mum <<'PY'
p = enter()
p.inside()
p.send(b"x" * 20)
p.send(b"\x1b[C")
p.until(lambda: bare(p.data).count(b"x") >= 20)
print("no more questions:", b"\x1b[5n" not in p.data, b"\x1b[>5u" not in p.data, b"\x1b[?2026h" not in p.data)
p.send(b"\x11l")
print("left:", p.end())
PY
)" 'no more questions: True True True
left: 0'

is "one without UTF-8, and one that keeps ^P" "$(person Lat <<'PY'
p = enter({**MODERN, b"\x1b[6n": b"\x1b[2;4R", b"\x1b[>0q": b"\x1bP>|xterm.js(5.3.0)\x1b\\"})
p.wait(b"EscEsc")
at = len(p.data)
p.send(b"\x0c")
p.wait(b"\x1b[?2026l", at)
print("ASCII:", all(b < 0x80 for b in p.data[at:]), b"*REC" in bare(p.data[at:]))
p.send(b"\x11l")
p.end()
PY
)" 'ASCII: True True'

cs room put "$ROOM" main.py </dev/null >/dev/null
is "what comes late is not typed" "$(person Ada <<'PY'
p = enter()
p.inside()
p.send(b"ab")
p.send(b"".join(MODERN.values()))
p.send(b"cd")
p.send(b"\x11l")
p.end()
PY
text main.py)" 'abcd'

is "a connection that takes long says so" "$(person Sol <<'PY'
p = enter(MODERN)
p.inside()
p.held = []
at = len(p.data)
p.until(lambda: p.send(b"\x1b[C") or p.held or time.sleep(0.2))
p.until(lambda: b"Slow connection: " in bare(p.data[at:]))
print("said")
at = len(p.data)
for answer in p.held:
    os.write(p.fd, answer)
p.held = None
p.wait(b"\x1b[5n", at)
at = len(p.data)
p.send(b"\x0c")
p.wait(b"\x1b[?2026l", at)
p.until(lambda: p.read(0.1) and b"Slow" not in bare(p.data[p.data.rfind(b"\x1b[2J"):]) or p.send(b"\x0c"))
print("and is over")
p.send(b"\x11l")
p.end()
PY
)" 'said
and is over'

# Others' changes come at most 30 times a second, after a rest some more at once. And
# nobody waits for one that does not read: it gets what is there then.
cs room put "$ROOM" main.py </dev/null >/dev/null
is "few frames, also for one that does not read" "$(OTHER=$CODE person Zed interviewer <<'PY'
def write(last, then):
    for i in range(300):
        q.send(b"\x1b[1;5H\x1b[200~" + b"x = %d # %d\n" % (i, i) * 20 + b"\x1b[201~")
        q.read(0.005)
        then()
    q.send(b"\x1b[1;5H" + last + b"\r")
q = Person(os.environ["ROOM"], os.environ["OTHER"], "Cleo", MODERN)
q.inside()
p = enter(MODERN)
p.inside()
begun = time.monotonic()
at = len(p.data)
write(b"FIRST", lambda: p.read(0))
p.until(lambda: b"FIRST" in bare(p.data[at:]))
print("frames:", p.data.count(b"\x1b[?2026h", at) <= 8 + 31 * (time.monotonic() - begun))
at, of_q = len(p.data), len(q.data)
write(b"SECOND", lambda: None)
q.until(lambda: b"SECOND" in bare(q.data[of_q:]))
p.until(lambda: b"SECOND" in bare(p.data[at:]))
print("in the end it is there")
for x in p, q:
    x.send(b"\x11l")
    x.end()
PY
)" 'frames: True
in the end it is there'

# What others do waits while somebody writes who is to be disturbed by nothing.
cs room put "$ROOM" main.py </dev/null >/dev/null
is "a calm screen" "$(LOOK=+calm person Kai <<'PY'
import subprocess
p = enter(MODERN)
p.inside()
at, last, gap = len(p.data), time.monotonic(), 0
def key(k):
    global last, gap
    p.send(k)
    gap, last = max(gap, time.monotonic() - last), time.monotonic()
    p.until(lambda: k in bare(p.data[at:]))
key(b"k")
subprocess.run([os.environ["BUILD"] + "/codesync", "-R", os.environ["RUN"], "room", "put", os.environ["ROOM"], "main.py"],
               input=b"OTHERS\nk", check=True, stdout=subprocess.DEVNULL)
for k in b"w", b"q":
    key(k)
    p.read(0.2)
print("held:", gap > 1.5 or b"OTHERS" not in bare(p.data[at:]))
p.send(b"\x1br")
p.until(lambda: b"OTHERS" in bare(p.data[at:]))
at = len(p.data)
p.send(b"\x1bw")
p.until(lambda: b"Kai line 2 col 4, 2 lines" in bare(p.data[at:]))
print("says where one is")
key(b"z")
subprocess.run([os.environ["BUILD"] + "/codesync", "-R", os.environ["RUN"], "room", "put", os.environ["ROOM"], "main.py"],
               input=b"AGAIN\n", check=True, stdout=subprocess.DEVNULL)
p.until(lambda: b"AGAIN" in bare(p.data[at:]))
print("and by itself after a rest")
p.send(b"\x11l")
p.end()
PY
)" 'held: True
says where one is
and by itself after a rest'

# --- pastes ---
cs room put "$ROOM" main.py </dev/null >/dev/null
is "a paste comes whole, up to 64 KiB" "$(person Pia <<'PY'
p = enter(MODERN)
p.inside()
p.send(b"\x1b[200~" + b"0123456789abcdef" * 4096 + b"\x1b[201~")
p.wait(b"65537")
p.send(b"\x11l")
p.end()
PY
text main.py | wc -c)" 65536
is "and is refused beyond that, in a sentence" "$(person Max <<'PY'
for size in 65537, 1 << 20:
    p = enter(MODERN) if size == 65537 else p
    p.inside()
    at = len(p.data)
    p.send(b"\x1b[200~" + b"y" * size + b"\x1b[201~")
    p.until(lambda: b"%d bytes" % size in bare(p.data[at:]))
    print("refused")
p.send(b"\x11l")
p.end()
PY
text main.py | wc -c)" 'refused
refused
65536'

# --- ways out ---
# What is on the normal screen at last, after WAY with the one who is in.
out() {
	local way=$1
	WAY=$way person Eve <<'PY'
import subprocess
p = enter(MODERN)
p.inside()
p.wait(b"\x1b[>5u")
p.until(lambda: p.read(0.1) and p.data.endswith(p.data[-1:]))
at = len(p.data)
subprocess.run(["bash", "-c", os.environ["WAY"]], check=True, stdout=subprocess.DEVNULL)
status = p.end()
last = p.data[at:]
off = last.find(b"\x1b[?1049l")
print(all(0 <= last.find(m) for m in (b"\x1b[?2004l", b"\x1b[?1000l", b"\x1b[?1049l")), 0 <= last.find(b"\x1b[<u") < off,
      " ".join(bare(last[off:]).decode().split())[:60], status)
PY
}
kick="$BUILD/codesync -R $RUN room kick $ROOM \$($BUILD/codesync -R $RUN room show $ROOM --json | jq -r '.people[] | select(.name == \"Eve\" and .state == \"here\").seat')"
like "somebody who is removed" "$(out "$kick")" '^True True You were removed from room .* 0$'
crash() { kill -BUS "$(child edit)"; }
export -f crash child children descendants
export host_pid
like "an editor that dies" "$(out crash)" '^True True The editor stopped unexpectedly. Nothing is lost.* 1$'
term() { kill -TERM "$(child edit)"; }
export -f term
like "an editor that is to end" "$(out term)" '^True True Server restarting - run the same ssh command again: '
hup() { kill -HUP "$(child edit)"; }
export -f hup
like "an editor whose terminal is lost" "$(out hup)" '^True True You lost the connection to room .* Rejoin: '
like "a host that is stopped" "$(out "kill -TERM $host_pid")" '^True True Server restarting'
wait "$host_pid"
host_pid=
