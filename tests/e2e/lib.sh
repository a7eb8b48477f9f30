# lib.sh - for the end-to-end tests: a host of one's own, people with real ssh
# in real terminals (tmux), and conditions to wait for. Source it; it leaves by
# itself, whatever happens, and says so when something stays behind.
# shellcheck shell=bash disable=SC2034
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
BUILD=${BUILD:-$PWD/build}
LIB=$PWD/tests/lib
TMP=$(mktemp -d /tmp/codesync-test.XXXXXX) || exit 1
# Everybody may pass, for the parts of the host that are not root any more.
chmod 711 "$TMP"
export TMUX_TMPDIR=$TMP LC_ALL=C.UTF-8 TERM=xterm-256color HOME=$TMP
unset TMUX SSH_AUTH_SOCK SSH_ASKPASS DISPLAY
WAIT_S=${WAIT_S:-15}
count=0 bad=0 about='' host_pid='' DATA=$TMP/data RUN=$TMP/run LOG=$TMP/log
PORT='' ROOM='' CODE=''
# A terminal stays when its program ends, even if that is at once.
printf '%s\n' 'set -g remain-on-exit on' 'set -g exit-empty off' 'set -g status off' \
	'set -g default-terminal tmux-256color' 'set -g escape-time 0' >"$TMP/tmux.conf"
mux() { tmux -L t -f "$TMP/tmux.conf" "$@"; }

# --- what a test says ---

ok() {
	count=$((count + 1))
	echo "ok $count - $about$1"
}
not_ok() {
	count=$((count + 1)) bad=$((bad + 1))
	shift "$(($# > 1 ? 0 : 0))"
	echo "not ok $count - $about$1"
}
skip() {
	count=$((count + 1))
	echo "ok $count - $about$1 # SKIP $2"
}
# ux NN TITLE: what follows plays that one of the 25 scenarios of what people see;
# without arguments it is over.
ux() { about=${1:+"ux $1 ${2-}: "}; }
# try NAME COMMAND...: a test that passes if COMMAND does.
try() {
	local name=$1
	shift
	if "$@"; then
		ok "$name"
	else
		not_ok "$name"
	fi
}
# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		printf 'got:    %s\nwanted: %s\n' "$2" "$3" | sed 's/^/# /'
		not_ok "$1"
	fi
}
# like NAME GOT REGEX
like() {
	if grep -Eq -- "$3" <<<"$2"; then
		ok "$1"
	else
		printf 'got:     %s\npattern: %s\n' "$2" "$3" | sed 's/^/# /'
		not_ok "$1"
	fi
}
say() { printf '%s\n' "$*" | sed 's/^/# /'; }
bail() {
	say "$1"
	[ ! -s "$LOG" ] || { say "the host's log:"; tail -n 20 "$LOG" | sed 's/^/#   /'; }
	echo "Bail out! $1"
	exit 1
}
# until_ok COMMAND...: again and again until it succeeds, for WAIT_S seconds. What
# is counted is how often: a machine that is busy, or stands still, gets longer.
until_ok() {
	local tries=$((WAIT_S * 20))
	until "$@"; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# --- the host ---

codesyncd() { "$BUILD/codesyncd" "$@"; }
cs() { "$BUILD/codesync" -R "$RUN" "$@"; }
# json FILTER: of the JSON on stdin
json() { jq -r "$1"; }
ready() { grep -q '^codesyncd: ready on ' "$LOG"; }
host_alive_and_not_ready() { kill -0 "$host_pid" 2>/dev/null && ! ready; }

# host_start [OPTION...]: start it on a free port of 127.0.0.1, or as given.
host_start() {
	[ $# -gt 0 ] || set -- -l 127.0.0.1:0
	[ -e "$TMP/config" ] || : >"$TMP/config"
	: >"$LOG"
	"$BUILD/codesyncd" -f "$TMP/config" -D "$DATA" -R "$RUN" "$@" 2>>"$LOG" </dev/null &
	host_pid=$!
	until_ok host_is_up || bail "the host did not start"
	PORT=$(sed -n 's/^codesyncd: ready on .*:\([0-9]*\)$/\1/p' "$LOG" | head -n 1)
}
host_is_up() {
	ready && return
	kill -0 "$host_pid" 2>/dev/null || bail "the host ended: $(cat "$LOG")"
	return 1
}
# host_stop: ask it to end; returns its status.
host_stop() {
	local pid=$host_pid
	host_pid=
	kill -TERM "$pid" 2>/dev/null
	wait "$pid"
}
host_again() {
	host_stop
	host_start -l "127.0.0.1:$PORT"
}

# descendants PID [NAME]: the processes below it, however deep, the newest last; those
# that the kernel knows by that name (15 characters of it).
descendants() {
	ps -A -o pid=,ppid=,state=,comm= | awk -v top="$1" -v name="${2-}" '
	$3 !~ /[ZX]/ { parent[$1] = $2; comm[$1] = $4; pids[++n] = $1 }
	END {
		for (i = 1; i <= n; i++) {
			for (p = parent[pids[i]]; p != top && p in parent;)
				p = parent[p]
			if (p == top && (name == "" || comm[pids[i]] == name))
				print pids[i]
		}
	}'
}
# children NAME: the codesync-NAMEs of this host
children() { descendants "$host_pid" "codesync-${1:0:6}"; }
child() { children "$1" | tail -n 1; }
# other_than PID NAME: the program runs as another process than PID.
other_than() {
	local now
	now=$(child "$2")
	[ -n "$now" ] && [ "$now" != "$1" ]
}
# murder NAME: kill -9 it and wait for its successor.
murder() {
	local pid
	pid=$(child "$1")
	[ -n "$pid" ] || bail "codesync-$1 does not run"
	kill -KILL "$pid"
	until_ok other_than "$pid" "$1"
}
gone() { ! kill -0 "$1" 2>/dev/null || [ "$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null)" = Z ]; }
# memory_kb PID: what it holds for itself
memory_kb() { awk '/^(RssAnon):/ { s += $2 } END { print s + 0 }' "/proc/$1/status" 2>/dev/null; }

# room [OPTION...]: a new room without a lobby; its id in ROOM, its invite in CODE.
room() {
	local made
	made=$(cs room create --json --no-lobby "$@") || bail "no room could be made"
	ROOM=$(json .id <<<"$made")
	CODE=$(json '.invites[0].code' <<<"$made")
}
# room_with TEXT: the same, with TEXT in main.py.
room_with() {
	printf '%s' "$1" >"$TMP/start"
	room --file "main.py=$TMP/start"
}
# invite ROLE [OPTION...]: prints a new code.
invite() {
	local role=$1
	shift
	cs room invite "$ROOM" --json --role "$role" "$@" | json .code
}
# text_of FILE: exactly; a trailing newline is kept by an added dot.
text() { cs room get "$ROOM" "$@"; }
folded() { cs room tail "$ROOM" | python3 "$LIB/fold.py" "${1:-main.py}"; }
# tail_has FILTER: some entry of the log answers to it.
tail_has() { cs room tail "$ROOM" | jq -e -s "any(.[]; $1)" >/dev/null; }

# --- people ---

SSH=(ssh -F /dev/null -o "UserKnownHostsFile=$TMP/known" -o StrictHostKeyChecking=accept-new
	-o LogLevel=ERROR -o IdentityAgent=none)
export SSH_LINE="${SSH[*]}"
# terminal WHO COLSxROWS COMMAND...: a terminal that stays when COMMAND ends.
terminal() {
	local who=$1 size=$2
	shift 2
	mux new-session -d -s "$who" -x "${size%x*}" -y "${size#*x}" "exec $(printf '%q ' "$@")" >/dev/null ||
	    bail "tmux does not start"
	mux resize-window -t "$who" -x "${size%x*}" -y "${size#*x}"
}
# knock WHO COLSxROWS [USER]: ssh to the room, up to the prompt.
knock() { terminal "$1" "$2" "${SSH[@]}" -p "$PORT" "${3:-$ROOM}@127.0.0.1"; }
# arrive WHO COLSxROWS CODE NAME [USER]: through the join box.
arrive() {
	knock "$1" "$2" "${5:-$ROOM}"
	sees "$1" 'Invite code:' || bail "$1 is not asked for the code"
	type_in "$1" "$3"
	keys "$1" Enter
	sees "$1" '[Nn]ame' || bail "$1 does not see the join box"
	type_in "$1" "$4"
	keys "$1" Enter
	sees "$1" 'Please tick the recording box' || bail "$1 is not asked for consent"
	keys "$1" Space
	keys "$1" Enter
}
# enter WHO COLSxROWS CODE NAME [USER]: all the way into the room.
enter() {
	arrive "$@"
	in_room "$1" || bail "$1 does not come into the room"
}
# choose WHO ENTRY: of the menu
choose() {
	keys "$1" C-p
	sees "$1" 'Menu - type to filter' || bail "$1 does not see the menu"
	type_in "$1" "$2"
	sees "$1" "> $2" || bail "there is no $2 in $1's menu"
	keys "$1" Enter
}
# rejoin WHO COLSxROWS CODE: with a code that knows the way.
rejoin() {
	knock "$1" "$2"
	sees "$1" 'Invite code:' || bail "$1 is not asked for the code"
	type_in "$1" "$3"
	keys "$1" Enter
	in_room "$1"
}
in_room() { until_ok screen_is_editor "$1"; }
screen_is_editor() {
	local s
	s=$(screen "$1")
	grep -q "$ROOM\|${ROOM^^}" <<<"$(head -n 1 <<<"$s")" && grep -Eq '\^R|F5|Menu' <<<"$(tail -n 1 <<<"$s")" &&
	    ! grep -Eq 'Join interview|Connecting to the room' <<<"$s" # a box in front takes the keys
}
leave() { mux kill-session -t "$1"; }
keys() {
	local who=$1
	shift
	mux send-keys -t "$who" "$@"
}
type_in() { mux send-keys -t "$1" -l -- "$2"; }
# paste WHO TEXT: in brackets, as a terminal does it.
paste() {
	printf '%s' "$2" | mux load-buffer -
	mux paste-buffer -p -t "$1"
}
# sgr WHO CODE X Y [m]: columns and rows from 0; m is a release
sgr() {
	local hex
	hex=$(printf '\033[<%d;%d;%d%s' "$2" $(($3 + 1)) $(($4 + 1)) "${5:-M}" | od -An -v -tx1)
	# shellcheck disable=SC2086
	mux send-keys -t "$1" -H $hex
}
# click WHO X Y
click() {
	sgr "$1" 0 "$2" "$3"
	sgr "$1" 0 "$2" "$3" m
}
# click_on WHO TEXT: the first on the screen, behind nothing that is wide
click_on() {
	local y=0 line
	while IFS= read -r line; do
		if [[ $line == *"$2"* ]]; then
			line=${line%%"$2"*}
			click "$1" ${#line} $y
			return
		fi
		y=$((y + 1))
	done < <(screen "$1")
	return 1
}
screen() { mux capture-pane -p -t "$1"; }
# row WHO N: of the screen, from 0
row() { screen "$1" | sed -n "$(($2 + 1))p"; }
caret() { mux display-message -p -t "$1" '#{cursor_x},#{cursor_y}'; }
shows() { screen "$1" | grep -Eq -- "$2"; }
shows_not() { ! shows "$@"; }
# sees WHO REGEX: within WAIT_S seconds
sees() {
	until_ok shows "$1" "$2" && return
	say "$1 does not see /$2/ but:"
	screen "$1" | sed 's/^/#   |/'
	return 1
}
sees_no_more() {
	until_ok shows_not "$1" "$2" && return
	say "$1 still sees /$2/:"
	screen "$1" | sed 's/^/#   |/'
	return 1
}
# The text of the editor's first ROWS lines: no gutter, no blanks at the end.
code_on() { screen "$1" | sed -n "2,$((${2:-14} + 1))p" | cut -c7- | sed 's/ *$//'; }
same_code() { [ "$(code_on "$1" "${3:-}")" = "$(code_on "$2" "${3:-}")" ]; }
# both NAME REGEX: A and B see it
both() { try "$1" eval "sees A '$2' && sees B '$2'"; }
# program TEXT: becomes the room's file; a comment at its top says which it is.
programs=0
program() {
	programs=$((programs + 1))
	printf '# program %d\n%s\n' "$programs" "$1" | cs room put "$ROOM" main.py >/dev/null || bail "room put failed"
	sees A "# program $programs\$" && sees B "# program $programs "
}
has_text() { [ "$(text "${2:-main.py}")" = "$1" ]; }
# The terminal closes before tmux has the status, and now and then tmux misses
# the signal that brings it: it gets another.
ended() { mux display-message -p -t "$1" '#{pane_dead_status}#{?pane_dead_signal, signal #{pane_dead_signal},}'; }
dead() {
	[ -n "$(ended "$1")" ] && return
	[ "$(mux display-message -p -t "$1" '#{pane_dead}')" = 0 ] ||
	    kill -CHLD "$(mux display-message -p '#{pid}')"
	return 1
}
# exits WHO: wait for the end of WHO's ssh and print its status.
exits() {
	until_ok dead "$1" || { echo "still there"; return; }
	ended "$1"
}
ssh_pid() { mux display-message -p -t "$1" '#{pane_pid}'; }

# --- the end ---

# What must be gone afterwards: every process that has to do with this directory.
left_behind() {
	grep -lF -f - /proc/[0-9]*/cmdline 2>/dev/null <<<"$TMP" |
	    sed 's|^/proc/||; s|/.*||' | grep -vx "$$"
}
nothing_left() { [ -z "$(left_behind)" ]; }
nothing_open() {
	! grep -q -- "$TMP" /proc/net/unix
}
finish() {
	local status=$? p
	trap '' INT TERM EXIT
	mux kill-server 2>/dev/null
	if [ -n "$host_pid" ] && kill -0 "$host_pid" 2>/dev/null; then
		host_stop || say "the host ended with status $?"
	fi
	if [ $status -eq 0 ]; then
		try "no process stays behind" until_ok nothing_left
		try "no socket stays behind" until_ok nothing_open
		[ -e "$RUN/codesyncd.lock" ] && say "the lock stays behind" && bad=$((bad + 1))
	fi
	for p in $(left_behind); do
		say "stays behind: $p $(tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null)"
		kill -KILL "$p" 2>/dev/null
	done
	if [ $bad -gt 0 ] && [ -s "$LOG" ]; then
		say "the host's log:"
		tail -n 30 "$LOG" | sed 's/^/#   /'
	fi
	[ $status -ne 0 ] || echo "1..$count"
	[ -n "${KEEP-}" ] || rm -rf "$TMP"
	[ $bad -eq 0 ] || status=1
	exit $status
}
trap finish EXIT
trap 'exit 143' INT TERM
