#!/bin/bash
# The menu on real screens: every way to open it, and what it does; files.
. "$(dirname "$0")/lib.sh"
host_start
printf 'import util\n' >"$TMP/main"
printf 'def f(): pass\n' >"$TMP/util"
room --file "main.py=$TMP/main" --file "util.py=$TMP/util"
staff=$(invite interviewer)
enter A 80x24 "$CODE" Cleo
enter B 120x40 "$staff" Ivy
sees B FOLLOWING
keys B Escape # B looks at what B wants to
sees_no_more B FOLLOWING

opened() { sees A 'Menu - type to filter' && keys A Escape && sees_no_more A 'Menu - type'; }
for key in C-p F1 F10; do
	keys A "$key"
	try "$key opens the menu" opened
done
keys A Escape Escape
try "Esc Esc opens the menu" opened
keys A C-p
type_in A 'word'
try "typing filters it" sees A '> One word left'
try "what does not match is gone" shows_not A 'Focus time'
try "keys are named" sees A 'Delete the word to the left +\^W'
keys A Down Down
try "arrows mark another" sees A '> Delete the word'
keys A Escape
try "Esc closes it" sees_no_more A 'Menu - type'
keys A C-p
type_in A 'Freeze'
try "a candidate's menu has nothing of the staff's" sees A 'Nothing is called that'
keys A Escape
sees_no_more A 'Menu - type'
choose A 'Next file'
try "the next file is shown" sees A 'util\.py 2/2'
try "with its text" sees A 'def f\(\): pass'
try "B still sees the first" sees B 'import util'
type_in A '# one '
try "what is typed is that file's" until_ok has_text '# one def f(): pass' util.py
keys B C-NPage
try "a key does the same" sees B '# one def f'
try "there A's letter is seen" sees B '^[C2] +1 # one'
keys B C-PPage
try "and another goes back" sees B 'import util'
keys A C-PPage
try "A is in the first file, too" sees A 'import util'
keys A C-z
try "undo shows where it undoes" sees A 'util\.py 2/2'
try "it is undone" sees_no_more A '# one'
printf 'new\n' | cs room put "$ROOM" notes.txt >/dev/null
try "a new file is told" sees A '\+ file notes.txt'

choose B 'Layout: stacked'
try "a wide screen can be stacked" sees B '^─\[Output\]─ Chat ─ Notes'
choose B 'Layout: side by side'
try "and not" sees B '├'
choose B 'Remove Cleo from the room'
try "removing is asked for once" sees B 'Remove Cleo\?'
keys B Escape
try "Esc does nothing" sees_no_more B 'Remove Cleo\?'
choose B 'Remove Cleo from the room'
keys B r
try "R removes" sees A 'You were removed from room'
is "A's ssh has ended" "$(exits A)" 0
choose B Leave
try "Leave asks, as the key does" sees B 'Leave the interview\?'
keys B l
is "and leaves" "$(exits B)" 0
leave A
leave B

# --- the task ---
printf 'Say which files there are.\n' >"$TMP/task"
printf 'import os\nprint(sorted(os.listdir()))\n' >"$TMP/main"
room --file "task.md=$TMP/task" --file "main.py=$TMP/main"
enter T 80x24 "$CODE" Tom
try "there is a task" sees T 'The task is behind F4'
try "beside the code" sees T 'main\.py 2/2'
keys T F4
try "its key shows it" sees T 'Say which files there are'
type_in T x
try "it can only be read" sees T 'The task is read-only - F4 goes to the code'
keys T C-r
try "and is no part of the program" sees T "^\['main\.py'\]"
keys T F4
try "the key goes back" sees T 'import os'
is "it is as it was" "$(text task.md)" 'Say which files there are.'
room --file "task.md=$TMP/task"
is "a room with nothing but a task has a program" "$(cs room show "$ROOM" --json | jq -c '[.files[].name]')" '["main.py","task.md"]'
