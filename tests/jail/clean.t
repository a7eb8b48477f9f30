#!/bin/sh
# Whoever runs it, and however it ends, nothing is left.
. tests/jail/lib.sh

mounts=$(wc -l </proc/self/mountinfo)
mark=100$$

alive() {
	for f in /proc/[0-9]*/cmdline; do
		[ -r "$f" ] || continue
		tr '\0' ' ' 2>/dev/null <"$f" | grep -q "^sleep $mark" && return
	done
	return 1
}
gone() {
	! alive
}

jail --wall-s 1 -- /bin/sh -c "sleep $mark & sleep $mark & wait"
ok "a run that forked ends" ended 124 time_limit
ok "and its processes are gone" gone

"$JAIL" --report 9 -- /bin/sh -c "sleep $mark & sleep $mark" >"$T/out" \
    2>"$T/err" 9>"$T/report" </dev/null &
pid=$!
ok "a run is there" wait_for 5 alive
kill -KILL $pid
wait $pid 2>/dev/null
ok "it dies with its supervisor" wait_for 5 gone

"$JAIL" --report 9 -- /bin/sh -c "trap '' TERM; sleep $mark" >"$T/out" \
    2>"$T/err" 9>"$T/report" </dev/null &
pid=$!
wait_for 5 alive
start=$(date +%s%N)
kill -TERM $pid
rc=0
wait $pid || rc=$?
ms=$((($(date +%s%N) - start) / 1000000))
ok "SIGTERM ends it though the program ignores it" ended 143 stopped
ok "within a second ($ms ms)" [ "$ms" -lt 1000 ]
ok "and its processes are gone" gone
ok "no mount is left" [ "$(wc -l </proc/self/mountinfo)" = "$mounts" ]

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	# The program may lie where that user cannot go: execute it by descriptor.
	cp "$JAIL" "$T/codesync-jail"
	chmod 755 "$T" "$T/codesync-jail"
	mkdir "$T/dir"
	echo 'import os; print(os.getuid())' >"$T/dir/main.py"
	rc=0
	setpriv --reuid 61603 --regid 61603 --clear-groups "$T/codesync-jail" \
	    --report 9 --dir "$T/dir" -- /usr/bin/python3 main.py >"$T/out" \
	    2>"$T/err" 9>"$T/report" </dev/null || rc=$?
	ok "an ordinary user can run it" out_is 1000
	python <<'P'
import os
print(os.stat("/usr/bin").st_uid, os.getuid())
P
	ok "as root it runs as somebody else" out_is "65534 1000"
else
	skip "an ordinary user can run it" "we are one"
	skip "as root it runs as somebody else" "we are not root"
fi

echo "1..$n"
