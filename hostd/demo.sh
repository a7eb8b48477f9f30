#!/bin/bash
# demo.sh - what `make run` does once everything is built: a host on 127.0.0.1
# with its data under ./run, a demo room, and the two commands that lead there.
# Ctrl-C ends it. BUILD and PORT (0: any free one) come from the Makefile.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build} port=${PORT:-2222}
data=$PWD/run/data run=$PWD/run/run log=$PWD/run/codesyncd.log pid= address=

stop() {
	trap '' INT TERM HUP
	if [ -n "$pid" ]; then
		kill -TERM "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	fi
	# Unless it is that of another one, which runs already.
	[ -z "$address" ] || rm -rf "$run"
}
trap 'stop; echo; echo "Stopped. The data are in ./run/data."; exit 0' INT TERM HUP

fail() {
	echo "make run: $1" >&2
	[ ! -s "$log" ] || tail -n 5 "$log" >&2
	stop
	exit 1
}

codesync() {
	"$build/codesync" -R "$run" "$@"
}

# field NAME: the first value of that name in the JSON object on stdin.
field() {
	python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

start() {
	(umask 077 && mkdir -p run) && chmod 711 run || fail "./run cannot be made"
	rm -f "$log" # where the earlier host's address is
	# A session of its own: Ctrl-C is for this script, which ends the host in order.
	setsid "$build/codesyncd" -f run/codesyncd.conf -D "$data" -R "$run" \
	    -l "127.0.0.1:$port" 2>"$log" </dev/null &
	pid=$!
	until address=$(sed -n 's/^codesyncd: ready on //p' "$log" 2>/dev/null) && [ -n "$address" ]; do
		kill -0 "$pid" 2>/dev/null || { pid=; fail "the host did not start"; }
		sleep 0.05
	done
	port=${address##*:}
}

# The demo room of earlier, or a new one when that has ended.
find_room() {
	local n=1
	printf 'print("hello")\n' >run/hello.py
	while :; do
		room=$(codesync room create --json --title 'Demo' --no-lobby \
		    --file main.py=run/hello.py --idempotency-key "demo-$n") || fail "no room could be made"
		id=$(field id <<<"$room")
		[ "$(field state <<<"$room")" = ended ] || break
		n=$((n + 1))
	done
	rm -f run/hello.py
}

# A new room comes with a candidate's code. Codes are kept hashed, so that later
# starts make new ones; old ones go on working for those who have used them.
first_code() {
	python3 -c 'import json, sys; print(*(i["code"] for i in json.load(sys.stdin).get("invites", [])))' <<<"$room"
}
invite() {
	codesync room invite "$id" --json --role "$1" | field code
}

start
find_room
candidate=$(first_code)
[ -n "$candidate" ] || candidate=$(invite candidate)
[ -n "$candidate" ] && interviewer=$(invite interviewer) || fail "nobody could be invited"
cat <<TEXT

CodeSync is ready. Two people, two terminals:

  candidate     ssh -p $port $id@127.0.0.1
                Invite code: $candidate

  interviewer   ssh -p $port $id@127.0.0.1
                Invite code: $interviewer

^R runs the program, ^C stops it, ^Q leaves. Ctrl-C here stops the host; its
data stay in ./run. The command line: $(realpath --relative-to=. "$build")/codesync -R run/run room show $id

TEXT
wait "$pid"
status=$?
pid=
echo "make run: the host has ended with status $status; its log is ./run/codesyncd.log" >&2
stop
exit 1
