#!/bin/bash
# What users and scripts can rely on, sentence by sentence and from outside: the
# daemon's options and statuses, every command here and over ssh, its JSON, what it
# says to what is wrong and that this changes nothing, and the sandbox alone.
# shellcheck disable=SC2016,SC2034
. "$(dirname "$0")/lib.sh"

# run COMMAND...: its status in $status, what it says in files
run() {
	timeout 30 "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
}
# status NAME WANTED COMMAND...
status() {
	local name=$1 wanted=$2
	shift 2
	run "$@"
	[ "$status" = "$wanted" ] || sed 's/^/# /' "$TMP/out" "$TMP/err" | cut -c1-300
	is "$name" "$status" "$wanted"
}
# shape NAME FILTER KEY:TYPE...: what FILTER finds on stdin are objects with these keys, of
# these types: string number boolean null array object, `time' and `or' between two.
shape() {
	local name=$1 filter=$2 bad_ones
	shift 2
	bad_ones=$(jq -nr --arg keys "$*" '
	def is_a($t): if $t == "time" then type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$")
	    else type == $t end;
	[inputs | '"$filter"'] | if length == 0 then "there is none" else .[] end |
	if type != "object" then tojson else . as $it | $keys | split(" ")[] | split(":") as [$k, $t] |
	    if $it | has($k) | not then "no " + $k
	    elif any($t | split("|")[]; . as $t | $it[$k] | is_a($t)) then empty
	    else $k + " is " + ($it[$k] | tojson) end end' 2>&1)
	is "$name" "$bad_ones" ''
}
ROOM_KEYS='id:string title:string state:string language:string minutes:number|null created_at:time started_at:time|null
ended_at:time|null lobby:boolean frozen:boolean recording:boolean retention_days:number owner:string rev:number files:array
people:array limits:object'
ROOM_KEYS=${ROOM_KEYS//$'\n'/ }
INVITE_KEYS='code:string role:string seat:string expires_at:time|null command:string'
USER_KEYS='name:string role:string unix_user:string|null keys:number created_at:time'
KEY_KEYS='user:string fingerprint:string type:string comment:string added_at:time'
HOST_KEYS='host:string port:number fingerprint:string known_hosts:string'
VERDICT_KEYS='run:number verdict:string exit_code:number|null signal:string|null syscall:string|null wall_ms:number cpu_ms:number memory_kb:number tier:string warm:boolean output:string output_truncated:boolean'
# a_room NAME WHERE COMMAND...: it ends well and what it prints is the room, in JSON and for people
a_room() {
	local name=$1
	shift
	status "$name" 0 "$@" --json
	shape "$name: prints the room" . "$ROOM_KEYS" <"$TMP/out"
	is "$name: and says nothing else" "$(cat "$TMP/err")" ''
}

# --- 1: the daemon ---

D=("$BUILD/codesyncd" -D "$TMP/d0" -R "$TMP/r0")
: >"$TMP/config"
printf '%s\n' 'max_startups = "10:30:100"' 'per_source = 10' 'penalties = true' 'grace_s = 30' 'max_seats = 2000' \
    'limits { cpu_s = 10 }' 'language "python" { command = {"/usr/bin/python3"} file = "main.py" }' 'runner { embedded = true }' \
    'registration = token' >"$TMP/full"
echo 'per_source = many' >"$TMP/wrong"
status "-t: a missing configuration is valid" 0 "${D[@]}" -t -f "$TMP/none"
status "-t: an empty configuration is valid" 0 "${D[@]}" -t -f "$TMP/config"
status "-t: one with what the contract names" 0 "${D[@]}" -t -f "$TMP/full"
status "-t: a bad configuration is 100" 100 "${D[@]}" -t -f "$TMP/wrong"
like "-t: says which line" "$(cat "$TMP/err")" 'wrong:1: '
status "a bad configuration is 100" 100 "${D[@]}" -f "$TMP/wrong" -l 127.0.0.1:0
status "a bad option is 100" 100 "${D[@]}" -f "$TMP/config" --frobnicate
status "an address that is none is 100" 100 "${D[@]}" -f "$TMP/config" -l nowhere
is "which changes nothing" "$(ls -d "$TMP/d0" "$TMP/r0" 2>/dev/null)" ''

two=(-l 127.0.0.1:0)
! grep -q . /proc/net/if_inet6 2>/dev/null || two+=(-l '[::1]:0')
host_start "${two[@]}"
is "a ready line for each listener" "$(sed -n 's/^codesyncd: ready on \(.*\):[1-9][0-9]*$/\1/p' "$LOG" | xargs)" \
    "$(printf '%s\n' "${two[@]}" | sed -n 's/:0$//p' | xargs)"
PORT=$(sed -n 's/^codesyncd: ready on 127.0.0.1:\([0-9]*\)$/\1/p' "$LOG")
status "an address that another has is 111" 111 "${D[@]}" -f "$TMP/config" -l "127.0.0.1:$PORT"
is "host keys are generated: ed25519, RSA-3072" \
    "$(for k in "$DATA"/keys/*_key; do ssh-keygen -l -f "$k"; done | awk '{ print $1 $NF }' | sort | xargs)" '256(ED25519) 3072(RSA)'

# The three ways to give a command: here, over ssh as an admin, and by -H.
for k in boss ann ben; do ssh-keygen -q -t ed25519 -N '' -C "$k's key" -f "$TMP/$k"; done
# by WAY COMMAND...: is a command line for timeout
cat >"$TMP/by" <<END
#!/bin/bash
way=\$1
shift
[ "\$way" = here ] && exec "$BUILD/codesync" -R "$RUN" "\$@"
exec ${SSH_LINE} -o IdentitiesOnly=yes -i "$TMP/\$way" -o BatchMode=yes -p "$PORT" "\$way@127.0.0.1" -- "\$(printf '%q ' "\$@")"
END
chmod 755 "$TMP/by"
PATH=$TMP:$PATH


# --- 4 and 5: every command, here and over ssh ---

status "user add" 0 by here user add boss --role admin --key "$TMP/boss.pub" --json
shape "user: its keys" . "$USER_KEYS" <"$TMP/out"
status "user add, for people" 0 by here user add ann --key "$TMP/ann.pub"
by here user add ben --key "$TMP/ben.pub" >/dev/null
printf 'print("main")\n' >"$TMP/main.py"
printf 'more\n' >"$TMP/more.txt"
printf 'assert True\n' >"$TMP/tests.py"

# commands WAY: all that print the room, lists, objects and {}
commands() {
	local way=$1 made room other code n
	about="$way: "
	local c=(by "$way")

	run "${c[@]}" room create --title 'T "1"' --language python --minutes 45 --retention 7 --no-copy --idempotency-key "k-$way" --json
	is "room create" "$status" 0
	made=$(cat "$TMP/out")
	shape "room create: the room's keys, and how to come" . "$ROOM_KEYS invites:array $HOST_KEYS" <<<"$made"
	shape "room create: invites[]" '.invites[]' "$INVITE_KEYS" <<<"$made"
	shape "room: files[]" '.files[]' name:string bytes:number lines:number <<<"$made"
	shape "room show --json: limits" .limits cpu_s:number wall_s:number memory_mb:number processes:number output_kb:number files_mb:number <<<"$made"
	room=$(json .id <<<"$made")
	status "a repeated key" 0 "${c[@]}" room create --title other --idempotency-key "k-$way" --json
	is "returns the same room" "$(jq -c '[.id, .title]' "$TMP/out")" "[\"$room\",\"T \\\"1\\\"\"]"
	shape "and how to come" . "$ROOM_KEYS invites:array $HOST_KEYS" <"$TMP/out"
	status "room create, for people" 0 "${c[@]}" room create
	like "the command" "$(cat "$TMP/out")" "ssh -p $PORT r-[0-9a-z]{5}@"
	other=$(sed -n 's/^Room \(r-[0-9a-z]*\).*/\1/p' "$TMP/out")
	status "room show, for people" 0 "${c[@]}" room show "$other"
	like "what it is" "$(cat "$TMP/out")" "^$other "
	is "--file NAME=-: stdin, exactly" "$(printf 'a\n\n b' | "${c[@]}" room create --file z.py=- --json |
	    jq -c '.files')" '[{"name":"z.py","bytes":5,"lines":3}]'
	status "but once" 2 "${c[@]}" room create --file a=- --file b=-

	a_room "room show" "${c[@]}" room show "$room"
	status "room list" 0 "${c[@]}" room list --json
	shape "room list: rooms" '.[]' "$ROOM_KEYS" <"$TMP/out"
	status "room invite" 0 "${c[@]}" room invite "$room" --role observer --name 'Old Bob' --expires 24h --json
	shape "room invite: its keys" . "$INVITE_KEYS" <"$TMP/out"
	code=$(json .code <"$TMP/out")
	a_room "room invite --revoke" "${c[@]}" room invite "$room" --revoke "$(tr -d - <<<"${code,,}")"
	for n in 30s 5m 2h 7d; do status "--expires $n" 0 "${c[@]}" room invite "$room" --expires $n; done
	a_room "room role ro" "${c[@]}" room role "$room" C ro
	a_room "room role rw" "${c[@]}" room role "$room" C rw
	a_room "room freeze" "${c[@]}" room freeze "$room"
	is "frozen" "$(json .frozen <"$TMP/out")" true
	a_room "room thaw" "${c[@]}" room thaw "$room"
	is "not frozen" "$(json .frozen <"$TMP/out")" false
	a_room "room say" "${c[@]}" room say "$room" 'hello,  "all"'
	a_room "room note" "${c[@]}" room note "$room" "it's private"
	a_room "room kick" "${c[@]}" room kick "$room" D
	for n in main.py new.txt; do
		printf 'a\tb\r\nc\0d \303\274\n\n' >"$TMP/bytes"
		"${c[@]}" room put "$room" $n --json <"$TMP/bytes" >"$TMP/out" 2>"$TMP/err"
		is "room put: any bytes that are text, $n" $? 0
		shape "room put: prints the room" . "$ROOM_KEYS" <"$TMP/out"
		"${c[@]}" room get "$room" $n >"$TMP/back" 2>"$TMP/err"
		try "room get: the file's bytes, exactly" cmp "$TMP/bytes" "$TMP/back"
	done
	n=$(by here room show "$room" --json | json .rev)
	printf 'print("main")\n' | "${c[@]}" room put "$room" main.py >/dev/null
	"${c[@]}" room get "$room" --at "$n" >"$TMP/back"
	try "--at REV" cmp "$TMP/bytes" "$TMP/back"
	"${c[@]}" room get "$room" --at "$(by here room tail "$room" --from "$n" | head -n 1 | json .at)" >"$TMP/back"
	try "--at TIME" cmp "$TMP/bytes" "$TMP/back"
	status "room run --wait" 0 "${c[@]}" room run "$room" --wait
	is "streams output" "$(cat "$TMP/out")" main
	like "and reports the end" "$(cat "$TMP/err")" '^OK exit 0 in [0-9]+\.[0-9]{2} s$'
	status "room run --wait --json" 0 "${c[@]}" room run "$room" --wait --json
	shape "its keys" . "$VERDICT_KEYS" <"$TMP/out"
	is "and nothing else" "$(cat "$TMP/err")" ''
	printf 'print(input()[::-1])\nraise SystemExit(3)\n' | "${c[@]}" room put "$room" main.py >/dev/null
	printf 'abc\n' >"$TMP/in"
	"${c[@]}" room run "$room" --wait --stdin - <"$TMP/in" >"$TMP/out" 2>"$TMP/err"
	is "the program that was run did not end with exit 0: 10" $? 10
	is "--stdin" "$(cat "$TMP/out")" cba
	a_room "room run" "${c[@]}" room run "$room"
	is "and says which run" "$(json .run <"$TMP/out")" 4
	is "and where it begins" "$("${c[@]}" room tail "$room" --from "$(json .rev <"$TMP/out")" | head -n 1 | jq -c '[.type, .run]')" '["run_start",4]'
	status "room tail" 0 "${c[@]}" room tail "$room"
	shape "is JSON lines" . rev:number at:time seat:string type:string <"$TMP/out"
	is "the first is 1, and up by one" "$(jq -s '[.[].rev] == [range(1; length + 1)]' "$TMP/out")" true
	is "notes are there, for staff" "$(jq -r 'select(.type == "note").text' "$TMP/out")" "it's private"
	is "a text as it was" "$(jq -r 'select(.type == "chat").text' "$TMP/out")" 'hello,  "all"'
	for n in main.py new.txt; do
		python3 "$LIB/fold.py" $n <"$TMP/out" >"$TMP/folded"
		"${c[@]}" room get "$room" $n >"$TMP/back"
		try "folding the edits gives the file $n" cmp "$TMP/folded" "$TMP/back"
	done
	status "--from REV, that one included" 0 "${c[@]}" room tail "$room" --from 3
	is "begins there" "$(head -n 1 "$TMP/out" | json .rev)" 3
	status "room report" 0 "${c[@]}" room report "$room" --json
	shape "room report: its keys" . room:string people:array runs:array pastes:array duration_s:number files:array <"$TMP/out"
	status "room report, for people" 0 "${c[@]}" room report "$room"
	status "room verify" 0 "${c[@]}" room verify "$room" --json
	a_room "room end" "${c[@]}" room end "$room"
	is "ended" "$(json .state <"$TMP/out")" ended
	shape "ended_at is a time" . ended_at:time <"$TMP/out"
	status "a second end" 5 "${c[@]}" room end "$room"
	status "room list: those that have not ended" 0 "${c[@]}" room list --json
	is "not this" "$(jq --arg r "$room" 'any(.[]; .id == $r)' "$TMP/out")" false
	status "--all" 0 "${c[@]}" room list --all --json
	is "this too" "$(jq --arg r "$room" 'any(.[]; .id == $r)' "$TMP/out")" true
	a_room "room reopen" "${c[@]}" room reopen "$room"
	status "a second reopen" 5 "${c[@]}" room reopen "$room"
	status "room purge of one that has not ended" 5 "${c[@]}" room purge "$room"
	status "nor does --dry-run" 5 "${c[@]}" room purge "$room" --dry-run
	by here room end "$room" >/dev/null
	for n in '' '--format bundle' '--format tar' '--format asciicast' '--format html'; do
		# shellcheck disable=SC2086
		status "room export $n" 0 "${c[@]}" room export "$room" $n
		case $n in
		*asciicast) is "asciicast: JSON lines" "$(head -n 1 "$TMP/out" | json .version)" 3 ;;
		*html) like "html: a page" "$(head -n 1 "$TMP/out")" '^<!DOCTYPE html>' ;;
		*) try "a tar archive with the files" eval "tar -tf '$TMP/out' | grep -q 'main.py\$'" ;;
		esac
		[ -n "$n" ] || cp "$TMP/out" "$TMP/bundle.$way"
	done
	status "room purge --dry-run" 0 "${c[@]}" room purge "$room" --dry-run --json
	shape "room purge --dry-run: counts" . files:number edits:number runs:number chat:number notes:number people:number bytes:number <"$TMP/out"
	status "room purge" 0 "${c[@]}" room purge "$room" --json
	status "room purge leaves a stub" 0 "${c[@]}" room show "$room" --json
	is "with nothing of it" "$(jq -c '[.id, .title, .files, .people]' "$TMP/out")" "[\"$room\",\"\",[],[]]"

	status "template add" 0 "${c[@]}" template add "t-$way" --language python --title Sum --json
	shape "template: its keys" . name:string language:string title:string files:array tests:string\|null <"$TMP/out"
	status "template list" 0 "${c[@]}" template list --json
	shape "template list" '.[]' name:string language:string title:string files:array <"$TMP/out"
	status "template show" 0 "${c[@]}" template show "t-$way" --json
	status "template show, for people" 0 "${c[@]}" template show "t-$way"
	a_room "room create --template" "${c[@]}" room create --template "t-$way"
	is "has its title" "$(json .title <"$TMP/out")" Sum
	status "template rm" 0 "${c[@]}" template rm "t-$way" --json
	is "without a result prints {}" "$(cat "$TMP/out")" '{}'
	status "template rm again" 3 "${c[@]}" template rm "t-$way"

	status "user add" 0 "${c[@]}" user add "u-$way" --role interviewer --json
	shape "user: its keys" . "$USER_KEYS" <"$TMP/out"
	status "user list" 0 "${c[@]}" user list --json
	shape "user list" '.[]' "$USER_KEYS" <"$TMP/out"
	status "user show" 0 "${c[@]}" user show "u-$way" --json
	shape "user show" . "$USER_KEYS" <"$TMP/out"
	echo 'one line of stdin' | "${c[@]}" user passwd "u-$way" --json >"$TMP/out" 2>"$TMP/err"
	is "user passwd reads one line of stdin" "$? $(cat "$TMP/out")" '0 {}'
	status "user token" 0 "${c[@]}" user token --role admin --expires 7d --json
	shape "user token: its keys" . token:string role:string expires_at:time <"$TMP/out"
	ssh-keygen -q -t ed25519 -N '' -C 'a comment' -f "$TMP/u-$way"
	"${c[@]}" key add --user "u-$way" - --json <"$TMP/u-$way.pub" >"$TMP/out" 2>"$TMP/err"
	is "key add -" $? 0
	shape "key: its keys" . "$KEY_KEYS" <"$TMP/out"
	n=$(json .fingerprint <"$TMP/out")
	status "key list" 0 "${c[@]}" key list --user "u-$way" --json
	shape "key list" '.[]' "$KEY_KEYS" <"$TMP/out"
	status "key rm" 0 "${c[@]}" key rm "$n" --user "u-$way" --json
	is "prints {}" "$(cat "$TMP/out")" '{}'
	status "key rm again" 3 "${c[@]}" key rm "$n" --user "u-$way"
	status "user rm" 0 "${c[@]}" user rm "u-$way" --json
	is "prints {}" "$(cat "$TMP/out")" '{}'
	status "user rm again" 3 "${c[@]}" user rm "u-$way"

	status "hostkey" 0 "${c[@]}" hostkey --json
	shape "hostkey: its keys" . "$HOST_KEYS" <"$TMP/out"
	status "stat" 0 "${c[@]}" stat --json
	is "one flat object of numbers" "$(jq 'length > 0 and all(.[]; type == "number")' "$TMP/out")" true
	n=$(jq -r 'keys[]' "$TMP/out" | sort | xargs)
	status "stat --prometheus --json" 0 "${c[@]}" stat --prometheus --json
	is "is JSON as well" "$(jq -r 'keys[]' "$TMP/out" | sort | xargs)" "$n"
	status "stat --prometheus" 0 "${c[@]}" stat --prometheus
	is "names as in --prometheus" "$(sed -n 's/^codesync_\([a-z_]*\) .*/\1/p' "$TMP/out" | sort | xargs)" "$n"
	status "doctor" "$([ "$(id -u)" = 0 ] && echo 0 || echo "$status")" "${c[@]}" doctor --json
	shape "doctor: checks[]" '.checks[]' name:string ok:boolean detail:string <"$TMP/out"
	shape "doctor: isolation" .isolation namespaces:boolean\|array\|object\|string seccomp:boolean landlock:number\|boolean cgroup:string <"$TMP/out"
	status "audit" 0 "${c[@]}" audit --json
	shape "audit: entries" '.[]' at:time who:string source:string action:string target:string\|null result:string <"$TMP/out"
	status "audit --since" 0 "${c[@]}" audit --since 1m --json
	about=
}
commands here
commands boss

# --- 4: what is wrong has its status, one sentence, and changes nothing ---

everything() {
	by here room list --all --json | jq -c '.[] | [.id, .rev, .state, .title, .files, .people]'
	by here user list --json && by here key list --json && by here template list --json
}
# wrong STATUS COMMAND...: by $who; an object with --json and here, where it costs
# little, one sentence for people.
who=here
wrong() {
	local wanted=$1 got
	shift
	run by $who --json "$@"
	got="$status $(jq -r '.error | .code + " " + (.message | test("^[^\n]{8,}$") | tostring)' "$TMP/err" 2>&1)"
	[ ! -s "$TMP/out" ] || got="$got, and something on stdout"
	if [ $who = here ]; then
		run by $who "$@"
		[ ! -s "$TMP/out" ] && grep -Eq '^codesync: [^ ].{8,}$' "$TMP/err" || got="$got, and for people $status: $(cat "$TMP/out" "$TMP/err")"
	fi
	is "$who: $(printf '%.60s' "$*")" "$got" "$wanted ${codes[wanted]} true"
}
codes=([2]=invalid [3]=not_found [4]=not_allowed [5]=state)
room_with 'print(1)
'
OPEN=$ROOM
by here template add sums --language python >/dev/null
by here room create --json >"$TMP/over"
OVER=$(json .id <"$TMP/over")
by here room end "$OVER" >/dev/null
printf '\377' >"$TMP/notext"
before=$(everything)
for a in '' room 'room frobnicate' frobnicate 'user frobnicate' 'room list extra' 'room show' 'room show a b' 'room show --frobnicate' \
    "room create --minutes" "room create --minutes 0" "room create --minutes -5" "room create --minutes 5x" "room create --minutes 99999999999999999999" \
    "room create --retention soon" "room create --retention -1" "room create --file main.py" "room create --file =$TMP/main.py" \
    "room create --file a/b=$TMP/main.py" "room create --file .=$TMP/main.py" "room create --file ..=$TMP/main.py" "room create --file main.py=$TMP/none" \
    "room create --file main.py=$TMP/notext" "room create --file main.py=$TMP" "room create --file a=$TMP/main.py --file a=$TMP/more.txt" "room create --no-lobby=yes" \
    "room invite $OPEN --role king" "room invite $OPEN --role admin" "room invite $OPEN --expires 24" "room invite $OPEN --expires 24w" \
    "room invite $OPEN --expires 0h" "room invite $OPEN --expires -1h" "room invite $OPEN --expires 999999999999d" \
    "room role $OPEN C rx" "room role $OPEN C" "room admit $OPEN" "room say $OPEN" "room say $OPEN two words" "room note $OPEN" \
    "room get $OPEN --at" "room get $OPEN --at later" "room get $OPEN --at -1" "room tail $OPEN --from x" "room tail $OPEN --from 0" "room tail $OPEN --from -1" \
    "room run $OPEN --stdin $TMP/none" "room run $OPEN --stdin $TMP/notext" "room export $OPEN --format zip" "room export" "room verify" "room purge" "room put $OPEN" \
    "room verify --file $TMP/none" "template add" "template add new" "template add Bad! --language python" "template add new --language python --file a=$TMP/none" \
    "template add new --language python --tests $TMP/none" "user add" "user add Upper" "user add signup" "user add practice" "user add r-7f3k2" "user add 1st" \
    "user add a23456789012345678901234567890123" "user add new --role candidate" "user add new --role king" "user add new --key $TMP/none" "user add new --key $TMP/main.py" \
    "user token --role king" "user token --expires 7" "user token --role candidate" "key add --user ann $TMP/none" "key add --user ann $TMP/main.py" "key rm" "audit --since soon" \
    "stat extra" "hostkey extra" "doctor extra" 'join'; do
	# shellcheck disable=SC2086
	wrong 2 $a
done
wrong 2 room create --title $'two\nlines'
wrong 2 room create --title $'\377'
wrong 2 room say "$OPEN" ''
wrong 2 room say "$OPEN" "$(printf '%02001d' 0)"
wrong 2 room note "$OPEN" "$(printf '%02001d' 0)"
wrong 2 room create --file "$(printf '%065d' 0)=$TMP/main.py"
wrong 2 room invite "$OPEN" --name $'a\tb'
sixteen=()
for n in {1..17}; do sixteen+=(--file "f$n=$TMP/main.py"); done
wrong 2 room create "${sixteen[@]}"
for a in 'show r-zzzzz' 'show nothing' 'get r-zzzzz' 'put r-zzzzz main.py' 'run r-zzzzz' 'run r-zzzzz --wait' 'stop r-zzzzz' 'say r-zzzzz a' 'note r-zzzzz a' \
    'tail r-zzzzz' 'tail r-zzzzz --follow' 'end r-zzzzz' 'reopen r-zzzzz' 'export r-zzzzz' 'report r-zzzzz' 'verify r-zzzzz' 'purge r-zzzzz' 'purge r-zzzzz --dry-run' \
    'invite r-zzzzz' 'admit r-zzzzz C' 'back r-zzzzz C' 'kick r-zzzzz C' 'role r-zzzzz C ro' 'freeze r-zzzzz' 'thaw r-zzzzz' \
    "get $OPEN none.py" 'create --language cobol' 'create --template none' "invite $OPEN --revoke 0000-0000-0000"; do
	# shellcheck disable=SC2086
	wrong 3 room $a
done
for a in 'template show none' 'template rm none' 'user show none' 'user rm none' 'key list --user none' \
    "key add --user none $TMP/ann.pub" 'key rm SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --user ann' 'template add new --language cobol'; do
	# shellcheck disable=SC2086
	wrong 3 $a
done
for a in "end $OVER" "reopen $OPEN" "purge $OPEN" "purge $OPEN --dry-run" "stop $OPEN" "stop $OVER" "run $OVER" "run $OVER --wait" "put $OVER main.py" "say $OVER hello" \
    "freeze $OVER" "thaw $OPEN" "admit $OVER C" "invite $OVER" "role $OVER C ro"; do
	# shellcheck disable=SC2086
	wrong 5 room $a
done
is "a command that fails changes nothing" "$(everything | diff - <(echo "$before"))" ''

for far in "-H ann@127.0.0.1:1" "-R $TMP/none"; do
	# shellcheck disable=SC2086
	status "${far%% *}: the host is not reachable: 75" 75 "$BUILD/codesync" $far stat
	# shellcheck disable=SC2086
	status "and with --json" 75 "$BUILD/codesync" $far stat --json
	is "is one object on stderr" "$(jq -c '[keys, (.error | keys), .error.code]' "$TMP/err" 2>&1)" '[["error"],["code","message"],"unreachable"]'
done
like "which says what ssh said" "$("$BUILD/codesync" -H ann@127.0.0.1:1 stat --json 2>&1)" 'with ssh: .*port 1: '
status "no host in -H: 2" 2 "$BUILD/codesync" -H '' stat

# --- 3 and 4: who may not ---

# What is another's is not found; what is for admins is not allowed.
who=ann
for a in show get 'put - main.py' run 'run - --wait' stop 'say - a' 'note - a' tail 'tail - --follow' end reopen export report verify 'purge - --dry-run' purge \
    invite 'admit - C' 'back - C' 'kick - C' 'role - C ro' freeze thaw; do
	case $a in *-\ *) a=${a/ -/ $OPEN} ;; *) a="$a $OPEN" ;; esac
	# shellcheck disable=SC2086
	wrong 3 room $a
done
for a in 'user add new' 'user list' 'user show ben' 'user rm ben' 'user token' 'key list --user ben' "key add --user ben -" \
    'audit' 'stat' 'doctor' 'template rm sums' 'room create --owner ben'; do
	# shellcheck disable=SC2086
	wrong 4 $a
done
status "$who: room list --all: no rooms of others" 0 by $who room list --all --json
is "is an empty list" "$(cat "$TMP/out")" '[]'
status "$who: user show: oneself" 0 by $who user show --json
is "an interviewer" "$(jq -c '[.name, .role]' "$TMP/out")" '["ann","interviewer"]'
a_room "$who: an interviewer creates rooms" by $who room create
is "and owns them" "$(json .owner <"$TMP/out")" ann
ANNS=$(json .id <"$TMP/out")
who=ben
wrong 3 room show "$ANNS"
is "nothing of that has changed anything" "$(everything | grep -v "\"$ANNS\"" | diff - <(echo "$before"))" ''
by here room say "$OPEN" hello >/dev/null
is "what an account does by command is logged as @NAME" "$(by ann room say "$ANNS" hi >/dev/null; by ann room tail "$ANNS" | tail -n 1 | json .seat)" @ann
is "and as @local" "$(by here room tail "$OPEN" | tail -n 1 | json .seat)" @local
is "the command line is split as a POSIX shell would, nothing expanded" \
    "$("${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 "room say $ANNS 'a  \"b'\\'\" \$HOME \\\"x\\\" \"*\\;~" --json >/dev/null
    by ann room tail "$ANNS" | tail -n 1 | json .text)" 'a  "b'\'' $HOME "x" *;~'
is "an unclosed quote is 2" "$("${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 "room say $ANNS 'a" >/dev/null 2>&1; echo $?)" 2

# --- 3: names, codes and prompts ---

printf '#!/bin/sh\nprintf "%%s\\n" "$1" >>%s/prompts\nsed -n "$(wc -l <%s/prompts)p" %s/answers\n' "$TMP" "$TMP" "$TMP" >"$TMP/askpass"
chmod 755 "$TMP/askpass"
# asked USER COMMAND...: without a terminal; $answers at the prompts, which are in $prompts
knocks() {
	: >"$TMP/prompts"
	printf '%s\n' "${answers[@]}" >"$TMP/answers"
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force timeout 30 "${SSH[@]}" "${opt[@]}" -p "$PORT" "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
	prompts=$(sed 's/^([^)]*) //' "$TMP/prompts" | tr '\n' '|')
}
opt=(-o PubkeyAuthentication=no)
NO='That code is not valid. Ask for a new one.'
for user in "$OPEN" r-zzzzz "${OVER^^}"; do
	answers=(0000-0000-0000 wrong '')
	knocks "$user@127.0.0.1"
	is "$user: wrong codes are asked three times" "$prompts" 'Invite code: |Invite code (2 tries left): |Invite code (1 try left): |'
	is "$user: then the connection ends" "$status $(grep -cF "$NO" "$TMP/err")" '255 1'
done
C=$(by here room invite "$OPEN" --role candidate --json | json .code)
answers=("$(tr -d - <<<"${C,,}" | tr 01 ol | sed 's/./& /6')")
for user in "$OPEN" "${OPEN^^}" "$OPEN+mono" "$OPEN+ascii" "$OPEN+calm+mono"; do
	knocks "$user@127.0.0.1"
	is "$user: no terminal and no command: exit 2" "$prompts$status" 'Invite code: |2'
	like "with one line of advice" "$(cat "$TMP/err")" 'ssh -t'
	is "one" "$(grep -c . "$TMP/err")" 1
done
opt=(-o IdentitiesOnly=yes -i "$TMP/ann")
knocks "$OPEN@127.0.0.1" room list
is "whatever keys the client has" "$prompts" 'Invite code: |'
knocks "$ANNS@127.0.0.1"
is "an account's key is no way into a room by its code" "$prompts" 'Invite code: |Invite code (2 tries left): |Invite code (1 try left): |'
knocks "ann+$ANNS@127.0.0.1"
is "NAME+ROOM without a terminal: 2" "$status" 2
knocks "ann@127.0.0.1"
is "NAME without a terminal: 2" "$status" 2
like "with advice" "$(cat "$TMP/err")" 'ssh -t'
opt=(-o PubkeyAuthentication=no)
answers=('wrong one' 'wrong two' three)
knocks ann@127.0.0.1 room list
is "an account's password" "$prompts" 'Password: |Password: |Password: |'
T=$(by here user token --json | json .token)
answers=("$T" carl 'a long password' 'a long password')
knocks signup@127.0.0.1 user show --json
is "signup asks" "$prompts" 'Registration token: |Account name: |Password: |Password again: |'
is "and makes an account" "$(by here user show carl --json | jq -c '[.name, .role, .keys]')" '["carl","interviewer",0]'
answers=('a long password')
knocks carl@127.0.0.1 user show --json
is "which signs in" "$prompts$status" 'Password: |0'
T=$(by here user token --json | json .token)
opt=(-o IdentitiesOnly=yes -i "$TMP/new")
ssh-keygen -q -t ed25519 -N '' -f "$TMP/new"
answers=("$T" dora 'a long password' 'a long password')
knocks signup@127.0.0.1
is "a key that the client proved is stored" "$(by here key list --user dora --json | jq -c '[.[].fingerprint]')" "[\"$(ssh-keygen -lf "$TMP/new" | cut -d' ' -f2)\"]"
opt=(-o PubkeyAuthentication=no)

# --- 3: what a code is good for without a terminal ---

made=$(by here room create --file "main.py=$TMP/main.py" --file "more.txt=$TMP/more.txt" --json)
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
answers=("$CODE")
knocks "$ROOM@127.0.0.1" room get
is "before it is bound and let in: 4" "$status" 4
arrive A 80x24 "$CODE" 'Ada L'
try "a candidate waits in the lobby" sees A 'Waiting for the interviewer'
people() { by here room show "$ROOM" --json | jq -c '[.people[] | [.seat, .name, .role, .state, .rw]]'; }
is "people: in the lobby" "$(people)" '[["C","Ada L","candidate","lobby",false]]'
is "and the room is not live yet" "$(by here room show "$ROOM" --json | jq -c '[.state, .started_at]')" '["waiting",null]'
knocks "$ROOM@127.0.0.1" room get
is "in the lobby: 4" "$status" 4
a_room "room admit" by here room admit "$ROOM" C
try "lets in" in_room A
shape "people[]" '.people[]' seat:string name:string role:string state:string rw:boolean <<<"$(by here room show "$ROOM" --json)"
is "people: here" "$(people)" '[["C","Ada L","candidate","here",true]]'
is "and the room is live" "$(by here room show "$ROOM" --json | jq -c '[.state, .started_at != null]')" '["live",true]'
status "a second admit: 5" 5 by here room admit "$ROOM" C
knocks "$ROOM@127.0.0.1" room get
is "its own copy" "$status $(cat "$TMP/out")" '0 print("main")'
knocks "$ROOM@127.0.0.1" room get more.txt
is "of any file" "$status $(cat "$TMP/out")" '0 more'
for a in 'room list' "room put $ROOM main.py" "room tail $ROOM" "room export $ROOM" 'user list' frobnicate; do
	knocks "$ROOM@127.0.0.1" "$a" --json
	is "a code: ${a%" $ROOM"*} is 4" "$status $(jq -r .error.code "$TMP/err")" '4 not_allowed'
done
a_room "room freeze" by here room freeze "$ROOM"
is "stops everybody but staff" "$(people)" '[["C","Ada L","candidate","here",false]]'
a_room "room thaw" by here room thaw "$ROOM"
a_room "room role ro" by here room role "$ROOM" C ro
is "is told" "$(people)" '[["C","Ada L","candidate","here",false]]'
by here room role "$ROOM" C rw >/dev/null
a_room "room back" by here room back "$ROOM" C
try "sends back" sees A 'Waiting for the interviewer'
is "to the lobby" "$(people)" '[["C","Ada L","candidate","lobby",false]]'
by here room admit "$ROOM" C >/dev/null
in_room A
timeout 60 "$TMP/by" here room tail "$ROOM" --from 2 --follow >"$TMP/follow" &
following=$!
type_in A 'x = 1 # ü'
keys A Enter
echo 'print("from a script")' | by here room put "$ROOM" more.txt >/dev/null
follows() { grep -qs "$1" "$TMP/follow"; }
try "tail --follow: what happens comes" until_ok follows 'from a script'
a_room "room end" by here room end "$ROOM"
try "and the end" until_ok follows '"type":"end"'
kill "$following" 2>/dev/null
wait "$following" 2>/dev/null
is "--from that one included, nothing missing" "$(jq -s '[.[].rev] == [range(2; length + 2)]' "$TMP/follow")" true
for f in main.py more.txt; do
	by here room tail "$ROOM" --from 2 | jq -c 'select(.type == "edit")' >"$TMP/kept"
	jq -c 'select(.type == "edit")' "$TMP/follow" | cmp - "$TMP/kept" && python3 "$LIB/fold.py" $f < <(by here room tail "$ROOM") >"$TMP/folded"
	by here room get "$ROOM" $f >"$TMP/back"
	try "folding the edits of $f gives the file" cmp "$TMP/folded" "$TMP/back"
done
is "who did what" "$(by here room tail "$ROOM" | jq -r 'select(.type != "edit") | .seat + " " + .type + " " + (.who // .role // "")' | sed 's/ $//' | xargs -d '\n' | sed 's/@local file //g')" \
    "$(printf '%s ' '@local admit C' 'C join candidate' '@local freeze' '@local thaw' '@local role C' '@local role C' '@local back C' '@local admit C' 'C join candidate' '@local end' | sed 's/ $//')"
knocks "$ROOM@127.0.0.1" room get
is "the copy until 24 h after the end" "$status" 0
leave A
is "report: people[]" "$(by here room report "$ROOM" --json | jq -c '[.people[] | [.seat, .name, .role, .typed > 0, .pasted, .runs, .away_s]]')" '[["C","Ada L","candidate",true,0,0,0]]'

# --- 6: verdicts, with a configuration ---

host_stop
is "SIGTERM: exit 0" $? 0
printf '%s\n' 'limits { cpu_s = 1 wall_s = 2 memory_mb = 64 output_kb = 64 files_mb = 1 processes = 8 }' \
    'language "python" { command = {"/usr/bin/python3"} file = "main.py" }' 'language "shout" { command = {"/bin/sh", "-c", "tr a-z A-Z <$0"} file = "text" }' >"$TMP/config"
host_start
room_with ''
is "limits are configurable and shown" "$(by here room show "$ROOM" --json | jq -c .limits)" \
    '{"cpu_s":1,"wall_s":2,"memory_mb":64,"processes":8,"output_kb":64,"files_mb":1}'
# verdict NAME STATUS LINE KEYS [PROGRAM]: for people and as JSON; KEYS are verdict, exit_code, signal and syscall
verdict() {
	by here room put "$ROOM" main.py >/dev/null <<<"$5"
	status "$1: status $2" "$2" by here room run "$ROOM" --wait
	like "$1: its line" "$(tail -n 1 "$TMP/err")" "$3"
	run by here room run "$ROOM" --wait --json
	is "$1: as JSON" "$status $(jq -c '[.verdict, .exit_code, .signal, .syscall]' "$TMP/out")" "$2 $4"
	shape "$1: its keys" . "$VERDICT_KEYS" <"$TMP/out"
}
verdict ok 0 '^OK exit 0 in [0-9]+\.[0-9]{2} s$' '["ok",0,null,null]' 'print(1)'
verdict failed 10 '^FAILED exit 1 in [0-9]+\.[0-9]{2} s$' '["failed",1,null,null]' 'import sys; sys.stderr.write("no newline"); sys.exit(1)'
verdict signal 10 '^FAILED SIGSEGV' '["failed",null,"SIGSEGV",null]' 'import os; os.kill(os.getpid(), 11)'
verdict "time limit" 10 '^TIME LIMIT [12] s$' '["time_limit",null,null,null]' 'while True: pass'
verdict "wall time" 10 '^TIME LIMIT 2 s$' '["time_limit",null,null,null]' 'import time; time.sleep(60)'
verdict "memory limit" 10 '^MEMORY LIMIT 64 MB$' '["memory_limit",null,null,null]' 'x = b"."
while True: x += x'
verdict "output limit" 10 '^OUTPUT LIMIT 64 KB$' '["output_limit",null,null,null]' 'while True: print("x" * 99)'
for call in ptrace:0,0,0,0 mount:0,0,0,0,0 unshare:0x10000000 umount2:0,0; do
	verdict "${call%%:*}" 10 "^BLOCKED ${call%%:*}\$" "[\"blocked\",null,null,\"${call%%:*}\"]" "import ctypes; ctypes.CDLL(None).${call%%:*}(${call#*:})"
done
by here room put "$ROOM" main.py >/dev/null <<<'print("begun", flush=True); import time; time.sleep(60)'
by here room run "$ROOM" --wait >"$TMP/waited" 2>"$TMP/waits" &
waiting=$!
begun() { grep -qs begun "$TMP/waited"; }
try "output streams as it comes" until_ok begun
status "a second run: 5" 5 by here room run "$ROOM"
a_room "room stop" by here room stop "$ROOM"
wait $waiting
is "stopped: 10" "$? $(tail -n 1 "$TMP/waits")" '10 STOPPED by @local'
by here room run "$ROOM" --wait >"$TMP/waited" 2>"$TMP/waits" &
waiting=$!
until_ok begun
murder runner
wait $waiting
is "lost: 10" "$? $(tail -n 1 "$TMP/waits")" '10 RUNNER LOST'
echo other | by here room put "$ROOM" other.py >/dev/null
verdict "what a program might try" 0 '^OK' '["ok",0,null,null]' 'import errno, os, socket
def fails(f, *a):
    try: f(*a)
    except OSError: return
    raise SystemExit(f"{f} {a}")
fails(socket.create_connection, ("127.0.0.1", '"$PORT"'), 1)
fails(socket.getaddrinfo, "example.org", 80)
fails(open, "/etc/shadow")
fails(open, "'"$TMP"'/config")
fails(os.kill, '"$host_pid"', 0)
fails(open, "/usr/new", "w")
fails(lambda: open("large", "wb", 0).write(b"x" * 1100000) - 1100000 and os.close(-1))
assert sorted(os.listdir(".")) == ["large", "main.py", "other.py"], os.listdir(".")
open("new", "w").write("x")'
SHOUT=$(echo hello | by here room create --language shout --file text=- --json | json .id)
status "a language of the configuration" 0 by here room run "$SHOUT" --wait
is "runs" "$(cat "$TMP/out")" HELLO

# --- 6: the sandbox alone ---

# jail NAME STATUS KEYS OPTION... -- PROGRAM...: KEYS are verdict, exit_code, signal and syscall
jail() {
	local name=$1 wanted=$2 keys=$3
	shift 3
	status "codesync-jail: $name: status $wanted" "$wanted" "$BUILD/codesync-jail" "$@"
	is "codesync-jail: $name: the report is the last line" "$(tail -n 1 "$TMP/err" | jq -c '[.verdict, .exit_code, .signal, .syscall]')" "$keys"
	shape "codesync-jail: $name: its keys" . "$(sed 's/run:number //; s/ output:string//; s/tier:string/tier:string|null/' <<<"$VERDICT_KEYS")" <<<"$(tail -n 1 "$TMP/err")"
}
PY=/usr/bin/python3
jail ok 0 '["ok",0,null,null]' -- $PY -c 'print(1)'
is "output passed through" "$(cat "$TMP/out")" 1
jail "the program's own" 7 '["failed",7,null,null]' -- $PY -c 'raise SystemExit(7)'
jail "128 + the signal" 134 '["failed",null,"SIGABRT",null]' -- $PY -c 'import os; os.abort()'
jail "output limit" 123 '["output_limit",null,null,null]' --output-kb 1 -- $PY -c 'while True: print("x" * 99)'
jail "CPU time" 124 '["time_limit",null,null,null]' --cpu-s 1 -- $PY -c 'while True: pass'
jail "wall time" 124 '["time_limit",null,null,null]' --wall-s 1 -- $PY -c 'import time; time.sleep(60)'
jail "memory" 137 '["memory_limit",null,null,null]' --memory-mb 64 -- $PY -c 'x = bytearray(200000000)'
jail blocked 159 '["blocked",null,null,"ptrace"]' -- $PY -c 'import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)'
jail "files and processes" 0 '["ok",0,null,null]' --files-mb 1 --processes 3 -- $PY -c '
import os
for f in lambda: open("x", "wb", 0).write(b"x" * 2000000) < 2000000 or 1 / 0, lambda: [os.fork() or os.pause() for _ in range(4)]:
    try: f()
    except OSError: pass'
jail "the sandbox itself" 125 '["internal_error",null,null,null]' -- /nowhere
for a in '' '--' '--cpu-s 0 -- /bin/true' '--cpu-s soon -- /bin/true' '--frobnicate -- /bin/true' '--report 77 -- /bin/true'; do
	# shellcheck disable=SC2086
	status "codesync-jail $a: 125" 125 "$BUILD/codesync-jail" $a
done
mkdir "$TMP/dir"
echo kept >"$TMP/dir/a"
"$BUILD/codesync-jail" --dir "$TMP/dir" --report 5 -- $PY -c 'import sys
open("a", "a").write("more"); sys.stdout.buffer.write(sys.stdin.buffer.read() + open("a", "rb").read())' \
    < <(printf 'x\0\377\n') >"$TMP/out" 2>"$TMP/err" 5>"$TMP/report"
is "--dir and stdin: every byte" "$? $(od -An -c "$TMP/out" | tr -s ' ')" "0 $(printf 'x\0\377\nkept\nmore' | od -An -c | tr -s ' ')"
is "its files are copied" "$(cat "$TMP/dir/a")" kept
is "--report FD" "$(json .verdict <"$TMP/report") $(wc -l <"$TMP/report") $(wc -c <"$TMP/err")" 'ok 1 0'
mkfifo "$TMP/fifo"
"$BUILD/codesync-jail" --idle-s 1 -- $PY -c 'input()' <>"$TMP/fifo" >/dev/null 2>"$TMP/err"
is "--idle-s, the longest wait for input" "$? $(tail -n 1 "$TMP/err" | json .verdict)" '124 time_limit'
"$BUILD/codesync-jail" -- $PY -c 'import time; print("begun"); time.sleep(60)' >"$TMP/waited" 2>"$TMP/err" </dev/null &
waiting=$!
try "output is live through a pipe" until_ok begun
kill -TERM $waiting
wait $waiting
is "SIGTERM ends the run and reports" "$? $(tail -n 1 "$TMP/err" | json .verdict)" '143 stopped'

# --- 1: as an ordinary user ---

cat >"$TMP/user" <<END
#!/bin/sh
exec setpriv --reuid=54321 --regid=54321 --clear-groups env -u CODESYNC_RUN_DIR "HOME=$TMP/home" "XDG_STATE_HOME=$TMP/home/state" \
    "XDG_RUNTIME_DIR=$TMP/home" "XDG_CONFIG_HOME=$TMP/home/config" "\$@"
END
chmod 755 "$TMP/user"
if [ "$(id -u)" = 0 ] && mkdir -m 711 "$TMP/home" && chown 54321:54321 "$TMP/home" && user "$BUILD/codesync" --help >/dev/null 2>&1; then
	host_stop
	: >"$LOG"
	"$TMP/user" "$BUILD/codesyncd" -l 127.0.0.1:0 2>>"$LOG" </dev/null &
	host_pid=$!
	until_ok host_is_up || bail "an ordinary user's host did not start"
	try "its places: data" [ -d "$TMP/home/state/codesync/keys" ]
	try "and run" [ -S "$TMP/home/codesync/control.sock" ]
	ROOM=$(echo 'print(6 * 7)' | user "$BUILD/codesync" room create --no-lobby --file main.py=- --json | json .id)
	status "who runs it is admin" 0 user "$BUILD/codesync" user list
	status "programs run" 0 user "$BUILD/codesync" room run "$ROOM" --wait
	is "and print" "$(cat "$TMP/out")" 42
	status "root is admin" 0 "$BUILD/codesync" -R "$TMP/home/codesync" room show "$ROOM"
	CODESYNC_RUN_DIR=$TMP/home/codesync status "CODESYNC_RUN_DIR" 0 "$BUILD/codesync" room show "$ROOM"
	status "others are not" 4 setpriv --reuid=54322 --regid=54322 --clear-groups "$BUILD/codesync" -R "$TMP/home/codesync" room list
	status "another daemon in its place: 111" 111 user "$BUILD/codesyncd" -l 127.0.0.1:0
	host_stop
	is "SIGTERM: exit 0" $? 0
else
	skip "as an ordinary user" "needs root and a build that others can run"
fi
