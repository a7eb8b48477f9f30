#!/bin/bash
# What users and scripts can rely on, sentence by sentence and from outside: the
# daemon's options and statuses, every command here and over ssh, its JSON, what it
# says to what is wrong and that this changes nothing, and the sandbox alone.
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

d() { "$BUILD/codesyncd" "$@"; }
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
	printf 'input()\ninput()\n' | "${c[@]}" room put "$room" main.py >/dev/null
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
	local r
	by here room list --all --json | jq -c '.[] | [.id, .rev, .state, .title, .files, .people]'
	by here user list --json && by here key list --json && by here template list --json
}
# wrong STATUS COMMAND...: by $who; one sentence for people, an object with --json
who=here
wrong() {
	local wanted=$1 code
	shift
	run by $who --json "$@"
	code=$(jq -r '.error.code + " " + (.error.message | type)' "$TMP/err" 2>/dev/null)
	run_json=$status
	case $wanted:$code in 2:usage\ string | 2:invalid\ string | 3:not_found\ string | 4:not_allowed\ string | 5:state\ string) ;;
	*) run_json="$status with $code" ;;
	esac
	[ ! -s "$TMP/out" ] || run_json="$status and something on stdout"
	run by $who "$@"
	[ ! -s "$TMP/out" ] || status="$status and something on stdout"
	grep -Eq '^codesync: [^ ].{8,}$' "$TMP/err" || status="$status without a sentence: $(cat "$TMP/err")"
	is "$who: $(printf '%.60s' "$*")" "$run_json, $status" "$wanted, $wanted"
}
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
	is "$user: wrong codes are asked three times" "$prompts" 'Invite code: |Invite code (2 tries left): |Invite code (1 tries left): |'
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
is "an account's key is no way into a room by its code" "$prompts" 'Invite code: |Invite code (2 tries left): |Invite code (1 tries left): |'
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
say "$status $(cat "$TMP/err" "$TMP/out")"
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
