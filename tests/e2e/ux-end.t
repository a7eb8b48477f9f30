#!/bin/bash
# Scenario 25: the end of an interview, its summary, and seeing it again.
. "$(dirname "$0")/lib.sh"
host_start
room_with ''
enter A 80x24 "$CODE" candidate
enter B 80x24 "$(invite interviewer)" interviewer

# the script: two runs that are well, one that fails, one paste of 41 characters;
# A types 8 + 1 + 3, and B 2 + 1
ux 25 "End and replay"
type_in A 'print(1)'
keys A C-r
sees A 'run 1: OK exit 0' || bail "run 1 is not well"
keys A Enter
paste A $'# a paste of some length,\n# in two lines\n'
sees B '# in two lines' || bail "the paste does not come"
sleep 1 # so that its mark has a column of its own
keys A C-r
sees A 'run 2: OK exit 0' || bail "run 2 is not well"
keys B C-Home
type_in B '#b'
keys B Enter
sees A '1 #b' || bail "what B types does not come"
type_in A '1/0'
sees B '1/0' || bail "what A types does not come"
keys A C-r
sees A 'run 3: FAILED exit 1' || bail "run 3 does not fail"
final=$(text)
choose B 'End interview'
sees B 'End the interview\?' || bail "B is not asked"
keys B e
try "A is told" sees A 'Interview ended by interviewer - read-only'
type_in A 'after'
keys A Enter BSpace C-z
paste A 'after'
try "B sees the summary" sees B "Interview $ROOM ended +duration [0-9]+:[0-9]{2}"
is "no key of A's has altered the text" "$(text)" "$final"
try "it counts the runs" sees B 'Runs +3: 2 OK, 1 FAILED'
try "and the pastes" sees B 'Pastes +1 by candidate \(largest 41 chars'
try "and who typed" sees B 'Typed +C candidate +12 chars +80 %'
try "how much each" sees B ' I interviewer +3 chars +20 %'
report=$(cs room report "$ROOM" --json)
is "so does the report" "$(jq -c '[(.runs | length), (.pastes | length), (.people[] | .typed, .pasted)]' <<<"$report")" '[3,1,12,41,3,0]'

keys B r
try "R in it shows all again" sees B "REPLAY $ROOM"
leave B

# by command, which is the same
terminal R 80x24 "$BUILD/codesync" -R "$RUN" room replay "$ROOM"
try "as the command does" sees R "REPLAY $ROOM +main\.py +read-only"
marks() { screen R | grep -aE '^ [a-zA-Z ]*p[a-zA-Z ]*$'; }
has_mark() { marks >/dev/null; }
try "a p stands where the paste was" until_ok has_mark
like "behind a run, and before another" "$(marks)" 'r.*p.*r'
wanted=$(sed 's/ *$//' <<<"$final")
at_end() { shows R '1/0' || { keys R ']'; false; }; }
try "event by event it comes to its end" until_ok at_end
keys R w # without who typed it
whole() { [ "$(code_on R "$(wc -l <<<"$wanted")" | sed 's/ *◂.*//')" = "$wanted" ]; }
try "where the text is the one that was kept" until_ok whole
keys R q
is "Q ends it" "$(exits R)" 0
