#!/bin/bash
# Bad input gets one clear sentence and the exit status of its kind, and changes
# nothing: from the command line, from ssh, from the keyboard.
. "$(dirname "$0")/lib.sh"
export CODESYNC_RUN_DIR=$RUN
host_start
room_with $'print("hello")\n'
head -c 2097152 /dev/zero | tr '\0' a >"$TMP/big.py"
printf 'name = "M\xfcller"\n' >"$TMP/latin.py"
state() { cs room list --json; cs room show "$ROOM" --json; text; }
state >"$TMP/before"

# refused STATUS REGEX COMMAND...: it says one sentence on stderr, nothing on
# stdout, and ends with STATUS.
refused() {
	local status=$1 sentence=$2 got
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	got=$?
	[ $got -eq "$status" ] && [ ! -s "$TMP/out" ] && [ "$(wc -l <"$TMP/err")" -eq 1 ] &&
	    iconv -f UTF-8 -t UTF-8 "$TMP/err" >/dev/null 2>&1 && grep -Eq -- "$sentence" "$TMP/err" && return
	say "status $got, wanted $status and /$sentence/; it says:"
	cat "$TMP/out" "$TMP/err" | head -n 5 | cat -v | sed 's/^/#   /'
	return 1
}
put() { cs room put "$ROOM" main.py <"$1"; }

# --- the command line ---

try "an unknown room is 3" refused 3 'no room r-zzzzz' cs room show r-zzzzz
try "what is no room id is 3" refused 3 'no room nonsense' cs room get nonsense
try "and JSON when JSON was asked for" refused 3 '^\{"error":\{"code":"not_found","message":"[^"]+"\}\}$' cs room show r-zzzzz --json
try "a file of 2 MiB is too large for a new room" refused 2 'big\.py is larger than 1 MiB' cs room create --file "main.py=$TMP/big.py"
try "and for an old one" refused 2 'larger than 1 MiB' put "$TMP/big.py"
try "a file that is not UTF-8 does not start a room" refused 2 'latin\.py is not valid UTF-8' cs room create --file "main.py=$TMP/latin.py"
try "and does not replace a file" refused 2 'not valid UTF-8' put "$TMP/latin.py"
try "a title that is not UTF-8" refused 2 '--title is not valid UTF-8' cs room create --title $'M\xfcller'
try "a title with a control character" refused 2 'title holds a control character' cs room create --title $'a\e[31mb'
try "a file that does not exist" refused 2 'none cannot be read' cs room create --file "main.py=$TMP/none"
try "a file's name with a slash" refused 2 "a file's name has" cs room create --file "../x=$TMP/start"
try "an unknown language is 3" refused 3 'no language cobol' cs room create --language cobol
try "a number that is none" refused 2 '--minutes takes a number' cs room create --minutes 1x
try "an unknown role" refused 2 'role is candidate, interviewer or observer' cs room invite "$ROOM" --role king
try "a long word that is cut short is still UTF-8" refused 2 'role is candidate' cs room invite "$ROOM" --role xäääääääääääääääääääääää
try "an unknown file is 3" refused 3 'no file none\.py' cs room get "$ROOM" none.py
try "a revision that is not there yet" refused 2 'has revisions 1 to' cs room get "$ROOM" --at 99
try "a time before there was a file" refused 3 "room $ROOM has no file at that time" cs room get "$ROOM" --at 2020-01-01T00:00:00Z
try "a second stop is 5" refused 5 'nothing is running' cs room stop "$ROOM"
try "an unknown command" refused 2 'unknown command: room frob' cs room frob
try "an unknown option" refused 2 'unknown option: --frob' cs room list --frob
try "a missing argument" refused 2 'too few arguments' cs room show
try "no host there is 75" refused 75 '' "$BUILD/codesync" -R "$TMP/nowhere" room list
try "join without a terminal" refused 2 'join needs a terminal' cs join "$ROOM"
state >"$TMP/after"
try "all this changed nothing" cmp "$TMP/before" "$TMP/after"

# --- ssh, with the code given by a helper instead of a person ---

printf '#!/bin/sh\ncat %s/answer\n' "$TMP" >"$TMP/askpass"
chmod 755 "$TMP/askpass"
# as CODE OPTION... [-- COMMAND...]: ssh to the room, without a terminal here
as() {
	echo "$1" >"$TMP/answer"
	shift
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force timeout 20 "${SSH[@]}" -p "$PORT" "$@"
}
at() { echo "${1:-$ROOM}@127.0.0.1"; }
with_term() { # TERM CODE: in a terminal of that type; the sentence comes on it
	local TERM=$1
	as "$CODE" -tt "$(at)" 2>/dev/null | tr -d '\r' >&2
	return "${PIPESTATUS[0]}"
}
no_term() { (unset TERM && with_term "${TERM-}"); }
try "no pty" refused 2 'use ssh -t' as "$CODE" -T "$(at)"
try "a command, with a code, is 4" refused 4 'need an account' as "$CODE" "$(at)" true
try "a subsystem" refused 255 'subsystem request failed' as "$CODE" -s "$(at)" sftp
try "TERM unknown" refused 2 'terminal type "nonesuch" is not known.*set TERM' with_term nonesuch
try "TERM that cannot move a cursor" refused 2 'terminal type "dumb".*set TERM' with_term dumb
try "TERM with a path in it" refused 2 'terminal type "unknown".*set TERM' with_term ../../etc/passwd
try "TERM of 5000 letters" refused 2 'terminal type "unknown".*set TERM' with_term "$(printf 'x%.0s' {1..5000})"
try "TERM unset" refused 2 'set TERM' no_term
try "a user name that is not UTF-8" refused 255 'That code is not valid' as "$CODE" "$(at $'r-\xff\xfe')"
knock S 10x3
until_ok shows S ':' && type_in S "$CODE" && keys S Enter
is "a terminal of 10x3: ssh ends with 2" "$(exits S)" 2
mux resize-window -t S -x 100 -y 10
mux capture-pane -p -J -S - -t S | tr -d '\n' >"$TMP/small"
like "it says what is needed" "$(cat "$TMP/small")" 'too small: *it has *10x3, *20x5 is *needed'
state >"$TMP/after"
try "all this changed nothing" cmp "$TMP/before" "$TMP/after"

# --- the keyboard ---

enter A 80x24 "$CODE" Ada
head -c 71680 "$TMP/big.py" >"$TMP/70k"
mux load-buffer "$TMP/70k" && mux paste-buffer -p -t A
try "a paste of 70 kB is refused with a sentence" sees A 'Too large to paste: 71680 bytes, at most 65536'
is "and nothing of it is there" "$(text)" 'print("hello")'
printf '\xff\xfe\xc3\x28\xed\xa0\x80\xf4\x90\x80\x80' >"$TMP/noise"
mux load-buffer "$TMP/noise" && mux paste-buffer -t A
type_in A '# after'
try "typing goes on after bytes that are no text" sees A '# after'
try "and the file is still UTF-8" eval 'text | iconv -f UTF-8 -t UTF-8 >/dev/null'
mux resize-window -t A -x 10 -y 3
try "a terminal that shrinks to 10x3 says so" sees A '[Tt]ermi'
mux resize-window -t A -x 80 -y 24
try "and comes back when it grows" sees A '# after'

# --- a log that is full ---

printf 'room_log_mb = 32\n' >"$TMP/config"
host_again
room_with $'x = 1\n'
enter F 80x24 "$CODE" Fay
# texts that have nothing in common
fill() {
	local _
	for _ in $(seq 40); do
		head -c 700000 /dev/urandom | base64 >"$TMP/start"
		cs room put "$ROOM" big.py <"$TMP/start" >/dev/null 2>"$TMP/err" || return
	done
}
fill
is "what would make it larger is refused" $? 5
like "in one sentence" "$(cat "$TMP/err")" "^codesync: the log of room $ROOM is full: nobody can write there any more$"
try "who is in the room is told" sees F "The room's log is full: nobody can write any more"
type_in F 'more'
keys F C-r
try "what was there is there" has_text 'x = 1'
is "nothing runs" "$(cs room run "$ROOM" >/dev/null 2>&1; echo $?)" 5
try "it can be ended" eval 'cs room end "$ROOM" >/dev/null'
leave F
