#!/bin/sh
# What the doctor says of this machine is what the sandbox does on it.
. tests/jail/lib.sh
if [ -n "${SANITIZE-}" ]; then # there are no filters in such a build
	expect='["sandbox","python","pool","memory","processes","network","files"]'
else
	expect='["sandbox","python","pool","memory","processes","network","files","calls"]'
fi
export CODESYNC_RUN_DIR=$T/no-host
: >"$T/report"

# doctor: as JSON into $T/out
doctor() {
	rc=0
	"$JAIL" --doctor >"$T/out" 2>"$T/err" </dev/null || rc=$?
}
holds() {
	jq -e "$1" "$T/out" >/dev/null
}
# shut COMMAND...: where no more user namespaces can be made, not as root
shut() {
	unshare -U --map-user=1234 --map-group=1234 --keep-caps sh -c '
		echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' - "$@"
}

doctor
ok "every check has a name, a verdict and a detail" holds \
    '(.checks | length > 11) and all(.checks[]; (.name | length > 0) and (.ok | type == "boolean") and (.detail | length > 0) and has("fix"))'
ok "programs that are tried end as they should" holds \
    "[.checks[] | select(.ok) | .name] | contains($expect)"
ok "what is well needs no mending" holds 'all(.checks[] | select(.ok); .fix == null)'
ok "what is not says how to mend it" holds 'all(.checks[] | select(.ok | not); .fix != null)'
ok "the isolation is told" holds \
    '.isolation | .namespaces == true and (.seccomp | type == "boolean") and (.landlock | type == "number") and (.cgroup | test("^(v1|v2|none)$"))'
jail -- /bin/sh -c :
tier=$(jq -r .tier "$T/report" | sed 's/rlimits/none/; s/cgroup-//')
ok "the tier is the one that runs have" holds ".isolation.cgroup == \"$tier\""
doctor
if [ "$(id -u)" = 0 ] && ! grep -q '^codesync-runner:' /etc/subuid; then
	"$JAIL" -- /bin/sh -c "echo; exec sleep 1000$$" >"$T/live" \
	    2>"$T/err" </dev/null &
	pid=$!
	wait_for 5 test -s "$T/live"
	uid=$(ps -eo uid=,args= | awk -v mark="1000$$" '$2 == "sleep" && $3 == mark { print $1 }')
	kill -TERM $pid
	wait $pid
	# told FIRST LAST UID: the doctor's users and this one are of that range
	told() {
		holds "[.checks[] | select(.name == \"users\") | .detail | scan(\"[0-9]+\") | tonumber | select(. >= $1 and . <= $2)] | length == 2" &&
		    [ "$3" -ge "$1" ] && [ "$3" -le "$2" ]
	}
	ok "runs are users whom nobody else is ($uid)" told 2100000000 2100065535 "$uid"
	echo codesync-runner:900000:128 >"$T/subuid"
	unshare -m sh -c 'mount --bind "$1" /etc/subuid && exec "$2" --doctor' \
	    - "$T/subuid" "$JAIL" >"$T/out" 2>"$T/err" </dev/null
	ok "or those that /etc/subuid gives" told 900000 900127 900000
	doctor
else
	skip "runs are users whom nobody else is" "we are not root, or others are set"
	skip "or those that /etc/subuid gives" "we are not root, or others are set"
fi
ok "the status says whether all is well" holds "all(.checks[]; .ok) == ($rc == 0)"

if shut true 2>/dev/null; then
	shut "$JAIL" --doctor >"$T/out" 2>"$T/err"
	rc=$?
	ok "without user namespaces the status is 1" [ "$rc" = 1 ]
	ok "the setting that forbids them is named" holds \
	    'any(.checks[]; .name == "sandbox" and (.ok | not) and (.fix | test("user.max_user_namespaces=")))'
	ok "nothing is said to work that was not tried" holds \
	    '.isolation.namespaces == false and ([.checks[] | select(.ok) | .name] | contains(["memory"]) | not)'
	shut "$BUILD/codesync" doctor >"$T/table" 2>"$T/err"
	rc=$?
	ok "codesync doctor: a line for people, with the remedy" \
	    grep -q '^ *Mend it: .*user.max_user_namespaces' "$T/table"
	ok "codesync doctor: status 1" [ "$rc" = 1 ]
else
	skip "without user namespaces" "none can be made to try it in"
fi

"$BUILD/codesync" doctor >"$T/table" 2>"$T/err"
rc=$?
"$BUILD/codesync" doctor --json >"$T/out"
ok "codesync doctor: without a host it names no runner" holds '.runners == []'
ok "codesync doctor: a line a check" [ "$(grep -cE '^(ok|NO)  ' "$T/table")" = "$(jq '.checks | length' "$T/out")" ]
ok "codesync doctor: NO where JSON says false" [ "$(grep -c '^NO ' "$T/table")" = "$(jq '[.checks[] | select(.ok | not)] | length' "$T/out")" ]
ok "codesync doctor: no line is wider than a terminal" [ "$(awk 'length > 80' "$T/table")" = "" ]
ok "codesync doctor: the status is the sandbox's" holds "all(.checks[]; .ok) == ($rc == 0)"
echo "1..$n"
