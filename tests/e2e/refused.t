#!/bin/bash
# Where no sandbox can be had, nothing runs without one, and the first Run says
# on every screen what has to be changed.
. "$(dirname "$0")/lib.sh"
# A user namespace in which no more of them may be made, and who is not root.
cat >"$TMP/shut" <<'END'
#!/bin/sh
exec unshare -U --map-user=1234 --map-group=1234 --keep-caps sh -c '
	echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' - "$@"
END
mkdir "$TMP/bin"
printf '#!/bin/sh\nexec %q %q "$@"\n' "$TMP/shut" "$BUILD/codesyncd" >"$TMP/bin/codesyncd"
chmod +x "$TMP/shut" "$TMP/bin/codesyncd"
"$TMP/shut" true 2>/dev/null || {
	skip "where user namespaces are forbidden" "none can be made to try it in"
	exit
}
BUILD=$TMP/bin host_start
room_with 'print("hello")
'
enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob

keys A C-r
for who in A B; do
	try "$who sees what has to be changed" sees $who 'Run failed: as root: sysctl -w user.max_user_namespaces=10000'
	try "$who sees that the run failed" sees $who 'run 1: RUNNER FAILED'
done
try "nothing has run" shows_not A '^hello'
like "the runner's log says it, too" "$(cat "$LOG")" 'codesync-runner: job [0-9]+: as root: sysctl -w user.max_user_namespaces='
is "by command: exit status 10" "$(cs room run "$ROOM" --wait >/dev/null 2>"$TMP/err"; echo $?)" 10
like "and the sentence is there, too" "$(cat "$TMP/err")" '^Run failed: as root: sysctl -w user.max_user_namespaces=10000'
like "and with --json" "$(cs room run "$ROOM" --wait --json 2>/dev/null | json .why)" '^as root: sysctl -w user.max_user_namespaces=10000'
is "the log calls it an internal error" "$(cs room tail "$ROOM" | jq -r 'select(.type == "run_end") | .verdict' | sort -u)" internal_error
