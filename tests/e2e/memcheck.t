#!/bin/bash
# The hub and every editor under valgrind, over a scripted room: no leak, no use
# of what is not theirs. Their sandboxes do not let valgrind work, so they come
# from a build without seccomp, as the sanitizers' does.
. "$(dirname "$0")/lib.sh"
if [ -n "${SANITIZE-}" ]; then
	skip "hub and editor under valgrind" "the sanitizers look after this build"
	exit 0
fi
command -v valgrind >/dev/null || bail "valgrind is not installed"
WAIT_S=60
made=$BUILD/memcheck
make -s -j2 --no-print-directory all BUILD="$made" CFLAGS='-O2 -g -DCODESYNC_NO_SECCOMP' >"$TMP/make" 2>&1 ||
    bail "the build failed: $(tail -n 3 "$TMP/make")"

# A directory of programs in which these two start valgrind.
mkdir "$TMP/bin"
cp "$made"/codesync* "$TMP/bin"
for program in hub edit; do
	cat >"$TMP/bin/codesync-$program" <<-WRAPPER
	#!/bin/sh
	exec valgrind --quiet --vgdb=no --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
	    --child-silent-after-fork=yes --log-file=$TMP/$program.%p.vg $made/codesync-$program "\$@"
	WRAPPER
done
chmod 755 "$TMP"/bin/*
BUILD=$TMP/bin

host_start
room_with $'print("hello")\nprint(input())\n'
enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob
type_in A 'x = 1'
keys A Enter
paste B $'def f():\n    return 2\n'
sees A 'return 2' || bail "B's paste does not come to A"
keys A C-z C-y Up Home Delete End BSpace PageDown
keys B C-End
type_in B 'äöü€𝄞'
sees A 'äöü' || bail "B's letters do not come to A"
cs room put "$ROOM" main.py --json <"$TMP/start" >/dev/null || bail "room put fails"
sees A 'print\("hello"\)' || bail "the put does not come to A"
keys A C-r
sees B 'WAITING FOR INPUT' || bail "the program does not ask"
type_in A 'an answer'
keys A Enter
sees B 'run 1: OK' || bail "the program does not end"
mux resize-window -t B -x 40 -y 12
keys B C-l
sees B 'OK|print' || bail "B's small screen is empty"
printf 'while True: pass\n' | cs room put "$ROOM" main.py --json >/dev/null
sees A 'while True' || bail "the second put does not come to A"
keys A F5
sees A 'RUNNING' || bail "the program does not run"
keys A C-c
sees A 'STOPPED' || bail "the program is not stopped"
for command in list "show $ROOM" "tail $ROOM" "get $ROOM" "get $ROOM nothing" "show r-00000" "invite $ROOM --role observer"; do
	# shellcheck disable=SC2086 # words
	cs room $command --json >/dev/null 2>&1
done
cs stat --json >/dev/null
keys B C-q
sees B 'Leave the interview' || bail "B is not asked"
type_in B l
is "a person leaves in order" "$(exits B)" 0
leave A
rejoin A 80x24 "$CODE" || bail "A does not come back"
cs room end "$ROOM" --json >/dev/null || bail "the room does not end"
sees A 'ended' || bail "A does not see the end"
leave A
host_stop
is "the host ends in order" $? 0
nobody_checks() { ! pgrep -f "vgdb=no.*$TMP" >/dev/null; }
until_ok nobody_checks || bail "an editor does not end"
errors() { cat "$TMP/$1".*.vg; }
is "valgrind watched the hub" "$(ls "$TMP"/hub.*.vg | wc -l)" 1
is "valgrind watched the editors" "$(ls "$TMP"/edit.*.vg | wc -l)" 3
is "the hub leaks nothing and errs nowhere" "$(errors hub)" ''
is "the editors leak nothing and err nowhere" "$(errors edit)" ''
