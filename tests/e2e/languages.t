#!/bin/bash
# A room's language decides how its program is started and what its file is
# called; bash and perl are there without a configuration, others by a line.
. "$(dirname "$0")/lib.sh"
cat >"$TMP/config" <<'END'
language "c" {
	command = { "/bin/sh", "-c", "cc -o program \"$0\" && ./program" }
	file = "main.c"
}
language "again" {
	command = { "/usr/bin/perl", "-w" }
	file = "again.pl"
	warm = 1
}
END
host_start

run() { cs room run "$ROOM" --wait --json; }
# outputs LANGUAGE TEXT: a room of it, whose program is TEXT; what came of it
outputs() {
	room --language "$1"
	printf '%s' "$2" | cs room put "$ROOM" "$(cs room show "$ROOM" --json | json '.files[0].name')" >/dev/null
	run | jq -r '.verdict + " " + .output'
}

is "a bash room runs bash" "$(outputs bash 'read -r x <<<"from bash ${BASH_VERSION:+yes}"; echo "$x $0"')" 'ok from bash yes main.sh'
is "a perl room runs perl" "$(outputs perl 'print "from perl: ", 6 * 7, " $0\n"')" 'ok from perl: 42 main.pl'
is "a python room runs python" "$(outputs python 'import sys; print("from python", sys.argv[0])')" 'ok from python main.py'
if command -v cc >/dev/null; then
	is "a compiled language is a shell command" "$(outputs c '#include <stdio.h>
int main(void) { puts("from C"); return 0; }
')" 'ok from C'
else
	skip "a compiled language is a shell command" "no C compiler"
fi

room --language again
printf 'print "warm\\n"' >"$TMP/program"
cs room put "$ROOM" again.pl <"$TMP/program" >/dev/null
warm() { [ "$(run | jq -c '[.warm, .output]')" = '[true,"warm\n"]' ]; }
try "another language than Python can be kept warm" until_ok warm
room --language python
printf 'print("warm")\n' | cs room put "$ROOM" main.py >/dev/null
try "and Python beside it" until_ok warm

got=$(cs room create --json --language cobol 2>"$TMP/err")
is "an unknown language: exit status 3" $? 3
is "an unknown language: no room" "$got" ''
like "an unknown language: the error names it" "$(json '.error | .code + " " + .message' <"$TMP/err")" '^not_found .*cobol'
