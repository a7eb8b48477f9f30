#!/bin/bash
# Editing on real screens: selecting, the clipboard, whole lines; what others see
# of it, and what is kept. Scenario 23.
. "$(dirname "$0")/lib.sh"
host_start
room_with $'def f(n):\n    seen = n\n    return seen\n\nprint(f(1))'
enter A 80x24 "$CODE" Cleo
enter B 120x40 "$(invite interviewer)" Ivy
mux set -g set-clipboard on

clipboard_is() { [ "$(mux show-buffer 2>/dev/null)" = "$1" ]; }
text_is() { [ "$(text && echo .)" = "$1." ]; }
reversed() { mux capture-pane -p -e -t "$1" | grep -Fq "$(printf '\033[7m')$2"; }
plain() { ! reversed "$@"; }

keys A Down Home C-S-Right
try "what is selected is reverse" until_ok reversed A seen
keys A C-c
try "^C copies it, and says what tmux needs" sees A 'Copied inside CodeSync\. To copy out: \^P "copy screen"'
try "the terminal's clipboard has it" until_ok clipboard_is seen
keys A Escape
try "Esc drops what is selected" until_ok plain A seen
keys A C-c
try "without a selection it does not" sees A 'Nothing is running'
keys A C-End Enter C-v
try "^V pastes" until_ok has_text $'def f(n):\n    seen = n\n    return seen\n\nprint(f(1))\nseen'
keys A C-z
try "one ^Z takes it back, but not what came before" until_ok text_is $'def f(n):\n    seen = n\n    return seen\n\nprint(f(1))\n'
keys A BSpace

keys A C-Home S-Down S-Down S-Down
keys A C-_
try "^/ makes comments" sees B '2 #     seen = n'
keys A C-_
try "and code again" sees B '2     seen = n'
keys A Tab
try "Tab indents what is selected" sees B '3         return seen'
keys A BTab
try "Shift-Tab outdents it" sees B '3     return seen'
keys A C-Home Down M-Down
try "M-Down moves a line" sees B '2     return seen'
keys A M-Up C-d
try "^D duplicates it" until_ok has_text $'def f(n):\n    seen = n\n    seen = n\n    return seen\n\nprint(f(1))'
keys A C-k
try "^K removes it" until_ok has_text $'def f(n):\n    seen = n\n    return seen\n\nprint(f(1))'
keys A C-x
try "^X cuts the line" until_ok has_text $'def f(n):\n    seen = n\n\nprint(f(1))'
keys A C-z
paste B $'# one\n# two\n'
try "a paste with nothing selected goes where the caret is" sees A '1 # one'
keys B C-a C-a
paste B 'pass'
try "all that is selected is replaced by a paste" until_ok has_text pass
keys B C-z
try "and comes back" sees A '3 def f'
keys A C-Home C-f
type_in A seen
sees A "Find: seen +1/2 "
keys A Enter
sees A "Find: seen +2/2 "
keys A C-r
type_in A known
keys A M-a
try "all are replaced" sees B "return known"
try "and it is said how many" sees A "Replaced: 2"
keys A C-z
try "in one step of undo" sees B "return seen"
keys A C-g
type_in A 7
keys A Enter
sees A "Ln 7, Col 1"
keys A End M-]
try "M-] goes to the other bracket" sees A 'Ln 7, Col 6'
both() { mux capture-pane -p -e -t A | tr -d '\033' | grep -Eq '\[[0-9;]*7m(\[[0-9;]*m)*\(.*1.*\[[0-9;]*7m\)'; }
try "both are marked" until_ok both
keys A Left C-Space End
type_in A '(2)'
try "a mark selects what is typed over" sees B '7 prin\(2\)'
is "the fold of the log is the file" "$(folded | md5sum)" "$(text | md5sum)"

ux 23 "Find, replace, go to"
cs room put "$ROOM" main.py >/dev/null <<'END'
def two_sum(nums, target):
    seen = {}
    for i, n in enumerate(nums):
        if target - n in seen:
            return [seen[target - n], i]
        seen[n] = i
    return None
END
sees A '7     return None'
keys A C-Home C-f
type_in A seen
try "^F counts what it finds" sees A 'Find: seen +1/4 '
keys A Enter
try "Enter goes on" sees A 'Find: seen +2/4 '
keys A C-r
try "^R asks what for" sees A 'Find: seen +With: +2/4 '
keys A Escape
sees_no_more A 'Find:'
keys A C-g
type_in A 6
keys A Enter
on_row() { [[ $(caret A) == *,"$1" ]]; }
try "^G goes to a line" until_ok on_row 6
keys A C-_
try "^/ makes it a comment" sees B '6         # seen\[n\] = i'
keys A C-_
try "and code again" sees B '6         seen\[n\] = i'
