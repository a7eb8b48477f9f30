#!/bin/bash
# What is kept of a room, and for how long: taken out over ssh, checked with the
# tools of others, and erased.
. "$(dirname "$0")/lib.sh"
host_start
ssh-keygen -q -t ed25519 -N '' -C '' -f "$TMP/id" || bail "no key could be made"
cs user add ann --key "$TMP/id.pub" >/dev/null || bail "no account could be made"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$TMP/id2" || bail "no key could be made"
cs user add bob --key "$TMP/id2.pub" >/dev/null || bail "no account could be made"
as() { "${SSH[@]}" -o IdentitiesOnly=yes -i "$1" -p "$PORT" "$2@127.0.0.1" "${@:3}"; }
ann() { as "$TMP/id" ann "$@" </dev/null; }
bob() { as "$TMP/id2" bob "$@" </dev/null; }
# refuses NAME STATUS COMMAND...
refuses() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err"
	is "$name" $? "$wanted"
}
canary=c4nary-9f3e
printf '# %s\n' $canary >"$TMP/start"
made=$(as "$TMP/id" ann room create --json --no-lobby --title "title-$canary" --file main.py=- <"$TMP/start")
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
enter A 80x24 "$CODE" "Ada $canary"
type_in A 'print("'
type_in A "out-$canary\")"
sees A "out-$canary\"\)" || bail "A does not see the own keys"
ann room run "$ROOM" --wait >"$TMP/out" 2>/dev/null
ann room say "$ROOM" "said-$canary" >/dev/null
ann room note "$ROOM" "note-$canary" >/dev/null

# --- before the end ---

ann room export "$ROOM" >"$TMP/live.tar"
is "a room that goes on can be exported" $? 0
is "without a signature" "$(cs room verify --file "$TMP/live.tar" --json | json .signature)" none
refuses "it cannot be erased" 5 ann room purge "$ROOM"
refuses "a room of another's is not there" 3 bob room export "$ROOM"
refuses "an unknown format is refused" 2 ann room export "$ROOM" --format pdf
ann room end "$ROOM" >/dev/null
until_ok dead A
leave A

# --- a bundle ---

verified() { [ "$(ann room verify "$ROOM" --json | json .signature)" = ok ]; }
try "the host has signed the log" until_ok verified
ann room export "$ROOM" >"$TMP/bundle.tar"
is "a bundle comes over ssh" $? 0
is "and is whole" "$(cs room verify --file "$TMP/bundle.tar" --json | json '"\(.room) \(.signature)"')" "$ROOM ok"
is "signed by the host's key" "$(cs room verify --file - --json <"$TMP/bundle.tar" | json .fingerprint)" \
    "$(cs hostkey --json | json .fingerprint)"
mkdir "$TMP/x"
tar -xf "$TMP/bundle.tar" -C "$TMP/x"
is "tar reads it" $? 0
dir=$TMP/x/$ROOM
in_dir() { (cd "$dir" && "$@"); }
checks() {
	in_dir ssh-keygen -Y verify -f allowed_signers -I codesync-host -n codesync-log -s log.head.sig <"$dir/log.head" >/dev/null 2>&1
}
chained() { in_dir bash -c "sed -n '/python3/,/^    END/s/^    //p' README | bash"; }
try "sha256sum says that the files are whole" in_dir sha256sum -c --quiet SHA256SUMS
try "ssh-keygen says that the head was signed" checks
is "and the README's lines that the records fit it" "$(chained)" True
# who was there leaves after the end, and that is logged as well
tailed() { ann room tail "$ROOM" | head -n "$(wc -l <"$dir/log.jsonl")"; }
is "the log is what room tail says" "$(cmp <(tailed) "$dir/log.jsonl" && echo same)" same
is "the file is what room get says" "$(cmp <(ann room get "$ROOM") "$dir/files/main.py" && echo same)" same
has() { grep -q "$1" "$dir/log.jsonl"; }
try "what was said and noted is in it" eval 'has said- && has note-'
cp "$TMP/bundle.tar" "$TMP/changed.tar"
at=$(grep -abo "said-$canary" "$TMP/bundle.tar" | head -n 1 | cut -d: -f1)
printf S | dd of="$TMP/changed.tar" bs=1 seek="$at" conv=notrunc 2>/dev/null
refuses "a changed byte is noticed" 1 cs room verify --file "$TMP/changed.tar"
like "and where" "$(cat "$TMP/err")" 'log\.jsonl'
sed -i 's/^revision .*/revision 1/' "$dir/log.head"
try "by ssh-keygen as well" eval '! checks'
refuses "a bundle is not checked by the host" 2 ann room verify --file x

# --- for eyes ---

ann room export "$ROOM" --format tar | tar -xO "$ROOM/main.py" >"$TMP/main"
is "the files alone" "$(cmp <(ann room get "$ROOM") "$TMP/main" && echo same)" same
ann room export "$ROOM" --format asciicast >"$TMP/cast"
is "an asciicast is lines of JSON" "$(jq -s '.[0].version' "$TMP/cast")" 3
ann room export "$ROOM" --format html >"$TMP/page"
like "a page has the text" "$(cat "$TMP/page")" "out-$canary"
exported() { cs audit | grep -c 'room export .*ok'; }
is "all of that is in the trail" "$(exported)" 5

# --- erasing ---

in_store() { cat "$DATA"/store/* | grep -c "$canary"; }
is "the trail has none of it" "$(cs audit | grep -c "$canary")" 0
try "the store has it" [ "$(in_store)" -gt 0 ]
refuses "who does not own it does not erase it" 3 bob room purge "$ROOM"
is "what would be erased is counted" \
    "$(ann room purge "$ROOM" --dry-run --json | jq -c '[.files, .runs, .chat, .notes, .people]')" '[1,1,1,1,1]'
ann room purge "$ROOM" >/dev/null
is "who owns it does" $? 0
erased() { [ "$(ann room show "$ROOM" --json | json .purged.done)" = true ]; }
try "and after a moment it is done" until_ok erased
is "nothing of it is in any file of the store" "$(in_store)" 0
refuses "the room has nothing any more" 5 ann room get "$ROOM"
refuses "and is not there for others" 3 bob room show "$ROOM"
is "it is remembered that it was" "$(ann room show "$ROOM" --json | json '"\(.id) \(.title) \(.purged.by) \(.purged.edits > 0)"')" \
    "$ROOM  @ann true"
try "the trail says what was erased" eval "cs audit | grep -q 'room purged .*$ROOM files 1'"
