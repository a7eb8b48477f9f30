# lib.sh - what the tests of codesync-jail share. Each prints TAP.
: "${BUILD:=build}"
JAIL=$BUILD/codesync-jail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
n=0

# jail ARGS...: run; output in $T/out and $T/err, report in $T/report, $rc
jail() {
	rc=0
	"$JAIL" --report 9 "$@" >"$T/out" 2>"$T/err" 9>"$T/report" \
	    </dev/null || rc=$?
}

# python ARGS...: the program on standard input becomes main.py
python() {
	rm -rf "$T/dir"
	mkdir "$T/dir"
	cat >"$T/dir/main.py"
	jail --dir "$T/dir" "$@" -- /usr/bin/python3 main.py
}

# ok NAME COMMAND...: the test NAME passes if COMMAND does
ok() {
	name=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
		return
	fi
	echo "not ok $n - $name"
	echo "# status $rc, report $(cat "$T/report")"
	sed 's/^/# out: /' "$T/out" | head -n 5
	sed 's/^/# err: /' "$T/err" | tail -n 5
}

skip() {
	n=$((n + 1))
	echo "ok $n # SKIP $1 ($2)"
}

# ended STATUS VERDICT [PATTERN]: how the last run ended
ended() {
	[ "$rc" = "$1" ] && grep -q "\"verdict\":\"$2\"" "$T/report" &&
	    grep -q -- "${3:-.}" "$T/report"
}

out_is() {
	[ "$(cat "$T/out")" = "$1" ]
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	tries=$(($1 * 50))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.02
	done
}

# Nothing here can be tested where there are no user namespaces.
"$JAIL" -- /bin/true >/dev/null 2>"$T/err" </dev/null || {
	grep -q 'user namespace' "$T/err" && {
		echo "1..0 # SKIP no user namespaces here"
		exit 0
	}
}
