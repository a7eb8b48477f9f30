#!/bin/bash
# A room that has ended is seen again: here, over ssh, and from the list of rooms.
. "$(dirname "$0")/lib.sh"
host_start
for k in ann ben; do
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/$k"
	cs user add "$k" --key "$TMP/$k.pub" >/dev/null
done
by() { timeout 30 "${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/$1" -p "$PORT" "$1@127.0.0.1" "${@:2}"; }
# watch WHO COLSxROWS ACCOUNT COMMAND: over ssh, on a terminal.
watch() { terminal "$1" "$2" "${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/$3" -t -p "$PORT" "$3@127.0.0.1" "$4"; }
# code WHO: the text that a replay shows, without the gutter and names.
code() { screen "$1" | sed -n '2,14p' | cut -c9- | sed 's/   ◂ .*//; s/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; }
code_is() { [ "$(code "$1")" = "$2" ]; }
# said WHO REGEX: also what the end of the program has scrolled away.
said() { mux capture-pane -p -S -100 -t "$1" | grep -Eq -- "$2"; }
rev_of() { cs room tail "$ROOM" | jq -s "[.[] | select($1)][0].rev"; }

# --- what is recorded ---

printf 'print(1)\n' >"$TMP/start"
room --owner ann --file "main.py=$TMP/start"
enter A 80x24 "$CODE" Cleo
keys A C-End
type_in A 'x = 1'
keys A Enter
has_typed() { [ "$(text)" = $'print(1)\nx = 1' ]; }
until_ok has_typed || bail "what A types is not kept"
paste A $'def f(n):\n    return n + x\n'
until_ok tail_has '.paste' || bail "nothing was pasted"
keys A C-s
try "^S says that it is saved, and marked" sees A 'Saved automatically; this moment is marked'
try "it is in the log" until_ok tail_has '.type == "mark" and .seat == "C"'
cs room note "$ROOM" 'pasted a function' >/dev/null
keys A C-r
try "a run" until_ok tail_has '.type == "run_end"'
sleep 1 # a second that g can go to
# there is a second to go to, however fast all that was
lasts() { cs room show "$ROOM" --json | jq -e 'now - (.started_at[:19] + "Z" | fromdate) > 3' >/dev/null; }
until_ok lasts || bail "time stands still"
type_in A 'print(f(41))'
has_all() { [ "$(text)" = $'print(1)\nx = 1\ndef f(n):\n    return n + x\nprint(f(41))' ]; }
until_ok has_all || bail "what A types is not kept"
cs room end "$ROOM" >/dev/null
final=$(text)
paste_rev=$(rev_of .paste)

# --- the past as bytes ---

is "what was there before the paste" "$(text --at $((paste_rev - 1)))" $'print(1)\nx = 1'
is "by its time, too" "$(text --at "$(cs room tail "$ROOM" | jq -sr ".[$paste_rev - 2].at")")" $'print(1)\nx = 1'
is "a time since the beginning is that of the clock" "$(text --at 99:00)" "$final"
text --at 0:00 main.py >"$TMP/at" 2>/dev/null
is "from its start on" "$(cat "$TMP/at")" 'print(1)'
text --at 1:99 2>"$TMP/err"
is "what is no time is refused" "$? $(grep -c 'neither a revision, nor a time' "$TMP/err")" '2 1'

# --- the replay here ---

terminal R 80x24 "$BUILD/codesync" -R "$RUN" room replay "$ROOM"
try "it begins at the beginning" sees R "^ REPLAY $ROOM  main.py  ENDED|^ REPLAY $ROOM  main.py  read-only"
try "with what was there" until_ok code_is R 'print(1)'
try "its clock" sees R ' 00:00:00 / 00:00:[0-9]+  1x'
try "the paste has a mark" sees R '^ J.*p.*e'
is_mark() { shows R "(^|[^:]) 0:[0-9]+ $1"; } # not the next one
until_mark() { is_mark "$1" || { keys R Right; sleep 0.1; is_mark "$1"; }; }
try "Right goes to it" until_ok until_mark 'paste by Cleo, 27 characters'
try "where it is pasted" until_ok code_is R $'print(1)\nx = 1\ndef f(n):\n    return n + x'
keys R '<'
try "and not one record before" until_ok code_is R $'print(1)\nx = 1'
is "which is what get says" "$(text --at $((paste_rev - 1)))" "$(code R)"
keys R / ; type_in R '41'
keys R Enter
try "a text is found when it appears" until_ok code_is R $'print(1)\nx = 1\ndef f(n):\n    return n + x\nprint(f(41'
keys R g
type_in R '0:01'
keys R Enter
try "g goes to a time" sees R ' 00:00:01 / 00:00:[0-9]+  1x'
try "at which get says the same" until_ok code_is R "$(text --at 0:01)"
keys R End
try "the run's output is seen" shows R '^1$'
try "and its verdict" shows R 'run 1: OK exit 0'
keys R F8
try "and the notes of the staff" sees R 'pasted a function'
keys R Home 5 + Space
try "played to its end it is what it was at the end" until_ok code_is R "$final"
try "the clock says so" sees R ' (00:00:[0-9]+) / \1  32x'
keys R x
type_in R '!!'
is "nobody can write" "$(text)" "$final"
keys R Home n
try "n takes a note" sees R '^ Note at 00:00:00:'
type_in R 'at first'
keys R Enter
try "which is kept when all is over" sees R 'Noted for the staff'
keys R End
try "and seen at the end" sees R '\[00:00:00\] at first'
note_is() { [ "$(cs room tail "$ROOM" | jq -r 'select(.type == "note") | "\(.seat) \(.text)"' | tail -1)" = "$1" ]; }
try "it is a note like others" until_ok note_is '@local [00:00:00] at first'
is_whole() { cs room verify "$ROOM" >/dev/null; }
try "and the log is whole" until_ok is_whole
keys R q
is "q leaves" "$(exits R)" 0
try "and says what was left" until_ok said R "You left the replay of room $ROOM"

# --- over ssh ---

watch S 200x60 ann "room replay $ROOM --ascii"
try "over ssh, and larger" sees S 'Notes. private'
keys S End
try "the same" sees S 'C +5 C print\(f\(41\)\)'
is "in ASCII" "$(screen S | LC_ALL=C grep -c '[^ -~]')" 0
keys S n
type_in S 'by ssh'
keys S Enter
try "a note of an account's" until_ok note_is "@ann [$(screen S | grep -Eo '[0-9:]{8} / ' | cut -c1-8)] by ssh"
mux resize-window -t S -x 40 -y 12
try "in a small window" sees S '^ [a-zJL-]*[pb][a-zJL-]*\| 0:[0-9]+ / 0:[0-9]+ 1x'
keys S q
is "q ends the connection" "$(exits S)" 0
watch T 80x24 ben "room replay $ROOM"
try "who is not of the room does not find it" until_ok said T "there is no room $ROOM"
is "that is exit 3" "$(exits T)" 3
by ann room replay "$ROOM" </dev/null 2>"$TMP/err"
is "without a terminal: advice" "$? $(grep -c 'ssh -t' "$TMP/err") $(wc -l <"$TMP/err")" '2 1 1'
watch U 80x24 ann 'room show --json r-00000'
try "other commands on a terminal are as ever" until_ok said U 'not_found'
is "with their status" "$(exits U)" 3
printf '%s\n' '#!/bin/sh' "exec $SSH_LINE -o IdentitiesOnly=yes -i $TMP/ann \"\$@\"" | sed 's/exec ssh/exec \/usr\/bin\/ssh/' >"$TMP/ssh"
chmod 755 "$TMP/ssh"
terminal V 80x24 env PATH="$TMP:$PATH" "$BUILD/codesync" -H "ann@127.0.0.1:$PORT" room replay "$ROOM"
try "codesync -H leads there, too" sees V "^ REPLAY $ROOM  main.py"
keys V q
is "and back" "$(exits V)" 0
