#!/bin/bash
# A runner or a hub that was stopped for longer than a lease goes on afterwards.
. "$(dirname "$0")/lib.sh"
host_start
room_with 'import time
time.sleep(30)
'
ended() { tail_has ".type == \"run_end\" and .run == $1 and .verdict == \"$2\""; }
jail_runs() { [ -n "$(child jail)" ]; }

cs room run "$ROOM" >/dev/null
until_ok jail_runs || bail "nothing runs"
runner=$(child runner)
kill -STOP "$runner"
try "the run of a runner that is silent is lost" until_ok ended 1 lost
kill -CONT "$runner"
printf 'print("hello")\n' | cs room put "$ROOM" main.py >/dev/null
cs room run "$ROOM" >/dev/null
try "when it wakes up it takes the next one" until_ok ended 2 ok

printf 'import time\ntime.sleep(13)\n' | cs room put "$ROOM" main.py >/dev/null
cs room run "$ROOM" >/dev/null
until_ok jail_runs || bail "nothing runs"
hub=$(child hub)
kill -STOP "$hub"
end=$((SECONDS + 12))
until [ $SECONDS -ge $end ]; do sleep 0.2; done # longer than a lease
kill -CONT "$hub"
try "no run is lost because the hub has slept" until_ok ended 3 ok
