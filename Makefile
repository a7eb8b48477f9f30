# CodeSync. `make` builds into $(BUILD); see README.md for the targets.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/codesync
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
DESTDIR ?=
SANITIZE ?=
BUILD ?= build$(if $(SANITIZE),-$(SANITIZE))
CC ?= gcc
CFLAGS ?= -O2 -g
PORT ?= 2222
V ?=

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@;)

WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wformat=2 \
	-Wno-format-nonliteral -Wswitch-enum -Wno-switch-enum -Werror
HARDEN = $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
# Functions begin at cache lines: else an edit costs up to a quarter more or less
# with each change of another function's length.
ALIGN = -falign-functions=64
# What the editor does for a key it does once: there, small is better.
$(BUILD)/client/%.o: ALIGN = -falign-functions=16 -falign-loops=1 -fno-inline-functions
# What a process maps of its program is what it costs when it is the only one of
# its kind: no unwind tables (we throw nothing, and debuggers have their own), a
# short form of the relocations, and no function that nothing calls.
LEAN = $(if $(SANITIZE),,-fno-asynchronous-unwind-tables -ffunction-sections)
LEAN_LD = $(if $(SANITIZE),,-Wl,--gc-sections -Wl,-z,pack-relative-relocs)
PLACES = -DLIBEXECDIR='"$(LIBEXECDIR)"' -DSBINDIR='"$(SBINDIR)"' -DBINDIR='"$(BINDIR)"' -DSYSCONFDIR='"$(SYSCONFDIR)"'
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -I. -I$(BUILD) $(WARN) $(HARDEN) $(ALIGN) $(LEAN) -fPIE -MMD -MP \
	$(PLACES) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -DCODESYNC_NO_SECCOMP) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(LEAN_LD) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)

# Modules, by archive. No wildcards: a stray file never links.
PROTO = base64 err buf utf8 repair text authors diff looks op record job relay origin order peer msg frame
SYS = log clock loop ipc link server spawn privs filter load conf util json control digest chain sshsig
# Programs: their own objects, the archives they use, their libraries.
codesyncd_OBJ = hostd/codesyncd hostd/conn hostd/child hostd/proxy hostd/listen hostd/monitor hostd/place hostd/pty hostd/service hostd/signer proto/sys/ticks
codesyncd_LIB = -levent_core -lconfuse -lutf8proc -pthread
codesync-session_OBJ = hostd/session hostd/entry hostd/pump hostd/transport hostd/login hostd/monitor hostd/sign
codesync-session_LIB = -lssh -lcrypto -lmd -lseccomp -lutf8proc
codesync-hub_OBJ = hostd/hub hostd/monitor hostd/room hostd/rooms hostd/lastrun hostd/timer hostd/report hostd/measure hostd/rules hostd/said hostd/seat hostd/hear hostd/act hostd/people hostd/wire hostd/jobs hostd/runners hostd/doctor hostd/assign hostd/input hostd/output hostd/practice hostd/store hostd/sql hostd/control hostd/command hostd/stat hostd/get hostd/who hostd/request hostd/create hostd/schema \
	hostd/secret hostd/roomlog hostd/seal hostd/pack hostd/store_user hostd/passwd hostd/sshkey hostd/user hostd/audit hostd/template hostd/store_template hostd/enter hostd/tries hostd/store_purge hostd/purge hostd/store_head hostd/proof hostd/store_pass hostd/syncer
codesync-hub_LIB = -lsqlite3 -lz -lcrypt -ljansson -levent_core -lmd -lconfuse -lutf8proc -pthread
codesync-edit_OBJ = client/edit client/downlink client/online client/film client/terminal client/draw client/end client/uplink client/replica client/pace client/cage client/editor client/act client/command client/move client/type client/launch client/aside client/follow client/input client/line client/talk client/keys client/language client/syntax client/lobby client/block client/bracket client/change client/clip client/copy client/find client/select client/looks client/keymap client/emacs client/vim client/vimtext client/vimgo client/vimobj client/vimdo client/vimline \
	client/view client/layout client/title client/clock client/mouse client/trace client/point client/place client/output client/pane client/lines client/status client/panel client/menu client/box client/grid client/tty \
	client/tape client/mark client/fold client/search client/replay client/timeline client/timer client/summary
codesync-edit_LIB = -lncursesw -ltinfo -levent_core -lutf8proc
codesync-runner_OBJ = runner/runner runner/talk runner/job runner/files runner/pipes runner/cells runner/checkup runner/cell runner/bundle runner/upstream runner/remote \
	proto/sys/link_nng proto/sys/tls proto/sys/ticks
codesync-runner_LIB = -lnng -lmbedtls -lmbedx509 -lmbedcrypto -levent_core -lconfuse -lutf8proc -pthread
codesync-relay_OBJ = hostd/relay hostd/far hostd/pass hostd/listen proto/sys/tls
codesync-relay_LIB = -lmbedtls -lmbedx509 -lmbedcrypto -lseccomp -levent_core -lconfuse -lutf8proc
codesync-jail_OBJ = runner/jail runner/advice runner/doctor runner/warm runner/cell runner/bundle runner/spawner runner/boxes runner/pool runner/usage runner/meter runner/cgroup runner/stub \
	runner/box runner/init runner/program runner/root runner/landlock runner/limit runner/policy
codesync-jail_LIB = -lseccomp -ljansson -lutf8proc
codesync_OBJ = client/codesync client/cli client/option client/plain client/remote client/room client/report client/clock client/show client/event client/watch client/join client/rooms client/roomline client/line client/grid client/keys client/doctor client/account client/password client/exec client/words client/ask client/bridge client/export client/bundle client/unbundle client/tar client/verify client/cast client/page \
	proto/sys/link_nng
codesync_LIB = -lnng -lseccomp -ljansson -levent_core -lconfuse -lmd -lutf8proc

BIN = codesync
SBIN = codesyncd codesync-runner
LIBEXEC = codesync-session codesync-hub codesync-relay codesync-edit codesync-jail
PROGRAMS = $(BIN) $(SBIN) $(LIBEXEC)

.PHONY: all
all: $(PROGRAMS:%=$(BUILD)/%)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/libproto.a: $(PROTO:%=$(BUILD)/proto/%.o)
$(BUILD)/libsys.a: $(SYS:%=$(BUILD)/proto/sys/%.o)
$(BUILD)/libproto.a $(BUILD)/libsys.a:
	$(Q)rm -f $@
	$(call say,AR)ar rc $@ $^

# What Python finds in the sandbox, compiled by the one that is likely to run there.
$(BUILD)/runner/root.o: $(BUILD)/runner/site.h
$(BUILD)/runner/site.h: runner/site.py runner/cold.py runner/warm.py runner/modules.h
	@mkdir -p $(@D)
	$(call say,PY)/usr/bin/python3 -I $< runner >$@.part && mv $@.part $@

# The editor's system call filter, compiled when it is: what a program of ours prints.
$(BUILD)/client/cage.o: $(BUILD)/client/cagefilter.h
$(BUILD)/client/cagefilter.h: $(BUILD)/client/cagefilter
	$(call say,BPF)$< >$@.part && mv $@.part $@
$(BUILD)/client/cagefilter: $(BUILD)/client/cagefilter.o $(BUILD)/libsys.a $(BUILD)/libproto.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lseccomp

define program
$(BUILD)/$(1): $$($(1)_OBJ:%=$(BUILD)/%.o) $(BUILD)/libsys.a $(BUILD)/libproto.a
	$$(call say,LD)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$($(1)_LIB)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# Tests: the objects of each beside the archives. What is given with as-needed costs a test nothing that it does not use.
UNIT = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
unit_LIB = -Wl,--as-needed -lcmocka -lutf8proc -ljansson -levent_core -lconfuse -lseccomp -lnng -lsqlite3 -lz -lcrypt -lmd -lcrypto -lncursesw -ltinfo -lmbedtls -lmbedx509 -lmbedcrypto
unit-advice_OBJ = runner/advice
unit-spawner_OBJ = runner/bundle runner/cell
unit-event_OBJ = client/event
unit-words_OBJ = client/words
unit-roomline_OBJ = client/roomline client/show client/clock
unit-option_OBJ = client/option client/ask client/bridge client/exec client/grid client/join client/keys client/line client/rooms client/roomline client/password client/plain client/remote client/room client/report client/clock client/show client/cli proto/sys/link_nng
unit-ask_OBJ = client/ask client/password client/plain client/cli proto/sys/link_nng
unit-plain_OBJ = client/plain
unit-link_OBJ = proto/sys/link_nng tests/lib/turns
HUBS = tests/lib/hubs hostd/monitor proto/sys/link_nng
unit-hub_OBJ = $(HUBS)
unit-lobby_OBJ = $(HUBS)
unit-said_OBJ = $(HUBS)
unit-practice_OBJ = $(HUBS)
unit-focus_OBJ = $(HUBS)
unit-report_OBJ = $(HUBS)
unit-flood_OBJ = $(HUBS)
unit-trail_OBJ = $(HUBS)
unit-purge_OBJ = $(HUBS)
unit-proof_OBJ = $(HUBS) hostd/sign
unit-proof_LIB = -pthread
unit-sign_OBJ = hostd/sign hostd/monitor
unit-bundle_OBJ = client/bundle client/unbundle client/tar client/event client/cast client/page client/cli client/plain hostd/sign hostd/monitor proto/sys/link_nng
STORE = hostd/store hostd/store_purge hostd/store_head hostd/sql hostd/schema hostd/pack
WORLD = tests/lib/world hostd/room hostd/rooms hostd/lastrun hostd/timer hostd/measure hostd/rules hostd/said hostd/secret hostd/roomlog hostd/seal $(STORE)
unit-room_OBJ = $(WORLD)
unit-rules_OBJ = $(WORLD)
unit-timer_OBJ = $(WORLD)
unit-timer_LIB = -Wl,--wrap=loop_wall_ms
unit-roomlog_OBJ = $(WORLD)
unit-chain_OBJ = $(WORLD)
unit-store_OBJ = $(STORE)
unit-store_user_OBJ = hostd/store_user hostd/sshkey hostd/secret $(STORE)
unit-sshkey_OBJ = hostd/sshkey
unit-passwd_OBJ = hostd/passwd hostd/secret
unit-passwd_LIB = -pthread
unit-syncer_OBJ = hostd/syncer
unit-syncer_LIB = -pthread
unit-audit_OBJ = hostd/audit hostd/who $(WORLD)
# The hub but for its main().
unit-measure_OBJ = tests/lib/world $(filter-out hostd/hub,$(codesync-hub_OBJ))
unit-user_OBJ = tests/lib/world $(filter-out hostd/hub,$(codesync-hub_OBJ))
unit-user_LIB = -pthread
unit-empty_OBJ = tests/lib/world $(filter-out hostd/hub,$(codesync-hub_OBJ))
unit-empty_LIB = -pthread
unit-pack_OBJ = hostd/pack
unit-lessons_OBJ = $(WORLD)
unit-lessons_LIB = -Wl,--wrap=sqlite3_step
unit-runner_OBJ = runner/talk runner/job runner/files runner/pipes runner/bundle runner/cells runner/cell runner/checkup
unit-far_OBJ = hostd/far hostd/pass hostd/listen runner/remote proto/sys/tls tests/lib/turns
unit-tls_OBJ = proto/sys/tls tests/lib/turns
unit-listen_OBJ = hostd/listen
unit-login_OBJ = hostd/login hostd/monitor
unit-pump_OBJ = hostd/pump hostd/monitor
unit-pump_LIB = -Wl,--wrap=loop_now_ms
unit-tries_OBJ = hostd/tries
unit-proxy_OBJ = hostd/proxy hostd/listen
unit-monitor_OBJ = hostd/monitor
unit-keys_OBJ = client/keys
unit-syntax_OBJ = client/language client/syntax
PAD = tests/lib/pad client/editor client/command client/move client/type client/launch client/aside client/follow client/input client/keys client/language client/syntax client/grid client/view client/layout client/title client/clock client/mouse client/trace client/point client/panel client/act client/box client/line client/lines client/lobby client/menu client/output client/pane client/place client/status client/talk client/block client/bracket client/change client/clip client/copy client/find client/select client/looks client/keymap client/emacs client/vim client/vimtext client/vimgo client/vimobj client/vimdo client/vimline client/timer client/summary client/tape client/mark client/fold client/search client/replay client/timeline
unit-command_OBJ = $(PAD)
unit-input_OBJ = $(PAD)
unit-keycases_OBJ = $(PAD)
unit-view_OBJ = $(PAD) tests/lib/screen
unit-task_OBJ = $(PAD) tests/lib/screen
unit-tty_OBJ = $(PAD) tests/lib/screen client/tty
unit-panes_OBJ = $(PAD) tests/lib/screen
unit-around_OBJ = $(PAD) tests/lib/screen
unit-waiting_OBJ = $(PAD)
unit-talk_OBJ = $(PAD)
unit-select_OBJ = $(PAD)
unit-clip_OBJ = $(PAD)
unit-bracket_OBJ = $(PAD)
unit-find_OBJ = $(PAD) tests/lib/screen
unit-menu_OBJ = $(PAD)
unit-follow_OBJ = $(PAD)
unit-keymap_OBJ = $(PAD) tests/lib/screen
unit-looks_OBJ = $(PAD)
unit-mouse_OBJ = $(PAD) tests/lib/screen
unit-pace_OBJ = client/pace
unit-point_OBJ = $(PAD) tests/lib/screen
unit-trace_OBJ = $(PAD) tests/lib/screen
unit-replay_OBJ = $(PAD) tests/lib/screen tests/lib/reel
FUZZ = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
fuzz-bundle_OBJ = client/bundle client/unbundle client/tar client/event proto/sys/chain proto/sys/digest proto/sys/json proto/sys/sshsig proto/sys/util
fuzz-bundle_LIB = -ljansson
fuzz-editor_OBJ = $(PAD) proto/sys/util
fuzz-replay_OBJ = $(filter-out tests/lib/pad,$(PAD)) proto/sys/util
fuzz-keys_OBJ = client/keys
fuzz-pack_OBJ = hostd/pack
BENCH = door engine hub keys latency load runs
bench-door_OBJ = tests/bench/crowd tests/bench/delay tests/bench/dial tests/bench/figure tests/bench/host tests/bench/proc tests/bench/sshd tests/bench/seen tests/bench/term
bench-door_LIB = -lssh -ljansson -lutf8proc
fuzz-sshkey_OBJ = hostd/sshkey proto/sys/digest
bench-engine_OBJ = hostd/roomlog hostd/seal $(STORE)
bench-engine_LIB = -lz -lsqlite3 -lutf8proc
bench-hub_OBJ = tests/bench/beat tests/bench/figure tests/bench/hubd tests/bench/kills tests/bench/resume tests/bench/rooms tests/bench/seat tests/bench/trace hostd/monitor \
	proto/sys/link_nng
bench-hub_LIB = -lnng -ljansson -levent_core -lutf8proc
bench-keys_OBJ = tests/bench/figure tests/bench/host tests/bench/proc tests/bench/seen tests/bench/term
bench-keys_LIB = -ljansson -lutf8proc -lm
bench-latency_OBJ = tests/bench/host tests/bench/sshd tests/bench/seen tests/bench/term
bench-latency_LIB = -ljansson -lutf8proc
bench-load_OBJ = tests/bench/crowd tests/bench/dial tests/bench/host tests/bench/proc tests/bench/seen tests/bench/term
bench-load_LIB = -lssh -ljansson -lutf8proc -lm
bench-runs_OBJ = tests/bench/bare tests/bench/figure tests/bench/host tests/bench/jail tests/bench/proc tests/bench/rate tests/bench/screens tests/bench/stop \
	tests/bench/seen tests/bench/term tests/bench/turns runner/cell runner/bundle
bench-runs_LIB = -ljansson -lutf8proc

define unit
$(BUILD)/unit/$(1): $(BUILD)/tests/unit/$(1).o $$(unit-$(1)_OBJ:%=$(BUILD)/%.o) $(BUILD)/libsys.a $(BUILD)/libproto.a
	@mkdir -p $$(@D)
	$$(call say,LD)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(unit-$(1)_LIB) $$(unit_LIB)
endef
$(foreach t,$(UNIT),$(eval $(call unit,$(t))))

define bench
$(BUILD)/bench/$(1): $(BUILD)/tests/bench/$(1).o $(BUILD)/tests/bench/bench.o $$(bench-$(1)_OBJ:%=$(BUILD)/%.o) $(BUILD)/libsys.a $(BUILD)/libproto.a
	@mkdir -p $$(@D)
	$$(call say,LD)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(bench-$(1)_LIB)
endef
$(foreach b,$(BENCH),$(eval $(call bench,$(b))))

# The fuzzer is clang's; it always comes with ASan and UBSan. FUZZ_CC= where there is none: the smoke run is skipped.
FUZZ_CC ?= $(shell echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null && echo clang)
FUZZ_CFLAGS = -std=c17 -D_GNU_SOURCE -I. $(WARN) -O1 -g -MMD -MP $(PLACES) -DCODESYNC_NO_SECCOMP -fno-sanitize-recover=all
FUZZ_S ?= 300

$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<

define fuzz
$(BUILD)/fuzz/$(1): $(BUILD)/fuzz/obj/tests/fuzz/$(1).o $$(fuzz-$(1)_OBJ:%=$(BUILD)/fuzz/obj/%.o) $(PROTO:%=$(BUILD)/fuzz/obj/proto/%.o)
	$$(call say,LD)$$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $$@ $$^ $$(fuzz-$(1)_LIB) -lutf8proc -Wl,--as-needed -lz -lmd
endef
$(foreach t,$(FUZZ),$(eval $(call fuzz,$(t))))

# What the machine needs. apt-get is called only when something is missing.
DEPS = gcc make libc6-dev libncurses-dev ncurses-term libssh-dev libnng-dev libsqlite3-dev libseccomp-dev libevent-dev \
	libjansson-dev libutf8proc-dev libconfuse-dev libcrypt-dev libmd-dev libssl-dev libmbedtls-dev zlib1g-dev uthash-dev python3 openssh-client
TEST_DEPS = $(DEPS) libcmocka-dev tmux jq procps util-linux openssl clang libclang-rt-14-dev valgrind python3-paramiko putty-tools dropbear-bin \
	ssh-audit
LINT_DEPS = $(DEPS) libcmocka-dev clang clang-format clang-tidy cppcheck mandoc binutils libclang-rt-14-dev git
BENCH_DEPS = $(DEPS) tmux nano openssh-server bubblewrap
need = @tests/need $(1)
SUB = +@$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
RUN_ENV = BUILD='$(abspath $(BUILD))' SANITIZE='$(SANITIZE)' CC='$(CC)'

.PHONY: deps deps-check deps-lint deps-bench
deps:
	$(call need,$(DEPS))
deps-check:
	$(call need,$(TEST_DEPS))
deps-lint:
	$(call need,$(LINT_DEPS))
deps-bench:
	$(call need,$(BENCH_DEPS))

.PHONY: run
run: deps
	$(SUB) all
	@BUILD='$(abspath $(BUILD))' PORT='$(PORT)' hostd/demo.sh

# make check T='tests/e2e/join.t' runs only that.
UNIT_TESTS = $(UNIT:%=$(BUILD)/unit/%)
# What measures time has the machine for itself. The others wait most of theirs: twice as
# many at a time as there are processors, and the longest first, lest one is left to the end.
CORES := $(shell nproc)
ALONE_TESTS = tests/jail/clean.t
LONG_TESTS = $(addsuffix .t,$(addprefix tests/e2e/,hostile memcheck lost moments stall restart asleep account contract) tests/jail/attack)
OTHER_TESTS = $(LONG_TESTS) $(filter-out $(ALONE_TESTS) $(LONG_TESTS),$(sort $(wildcard tests/jail/*.t tests/e2e/*.t)))
.PHONY: tests check fuzz fuzz-smoke memcheck soak bench lint install clean
tests: all $(UNIT_TESTS) $(if $(FUZZ_CC),$(FUZZ:%=$(BUILD)/fuzz/%))
check: deps-check
	$(SUB) tests
	@$(RUN_ENV) tests/run $(or $(T),-j $(CORES) $(UNIT_TESTS) tests/fuzz/smoke.t -j 1 $(ALONE_TESTS) \
	    -t 300 -j $$((2 * $(CORES))) $(OTHER_TESTS))
fuzz-smoke:
	$(SUB) $(FUZZ:%=$(BUILD)/fuzz/%)
	@$(RUN_ENV) tests/run tests/fuzz/smoke.t
fuzz:
	$(SUB) $(FUZZ:%=$(BUILD)/fuzz/%)
	@$(RUN_ENV) FUZZ_S=$(FUZZ_S) tests/run -t 0 tests/fuzz/smoke.t
memcheck: deps-check
	$(SUB) all
	@$(RUN_ENV) tests/run -t 600 tests/e2e/memcheck.t
soak: deps-check
	$(SUB) all $(BUILD)/unit/converge
	@$(RUN_ENV) SOAK_KEYS=$(or $(SOAK_KEYS),100000) SOAK_KILLS=$(or $(SOAK_KILLS),100) tests/run -t 0 tests/e2e/concurrent.t
	@CONVERGE_OPS=$(or $(CONVERGE_OPS),1000000) $(BUILD)/unit/converge
lint: deps-lint
	$(SUB) all
	@$(RUN_ENV) tests/run -t 900 tests/lint
bench: deps-bench
	$(SUB) all $(BENCH:%=$(BUILD)/bench/%)
	@$(RUN_ENV) tests/bench/all

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(SBINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(SYSCONFDIR)/codesync $(DESTDIR)$(UNITDIR) \
	    $(DESTDIR)$(SYSUSERSDIR)
	install -m 755 $(BIN:%=$(BUILD)/%) $(DESTDIR)$(BINDIR)
	install -m 755 $(SBIN:%=$(BUILD)/%) $(DESTDIR)$(SBINDIR)
	install -m 755 $(LIBEXEC:%=$(BUILD)/%) $(DESTDIR)$(LIBEXECDIR)
	for n in 1 5 7 8; do install -d $(DESTDIR)$(MANDIR)/man$$n && \
	    install -m 644 man/*.$$n $(DESTDIR)$(MANDIR)/man$$n || exit; done
	install -d $(DESTDIR)$(COMPLETIONDIR)
	install -m 644 client/codesync.bash $(DESTDIR)$(COMPLETIONDIR)/codesync
	install -m 644 hostd/etc/codesyncd.conf $(DESTDIR)$(SYSCONFDIR)/codesync/codesyncd.conf.example
	install -m 644 hostd/etc/sysusers.conf $(DESTDIR)$(SYSUSERSDIR)/codesync.conf
	sed 's|@SBINDIR@|$(SBINDIR)|g; s|@SYSCONFDIR@|$(SYSCONFDIR)|g' hostd/etc/codesyncd.service >$(DESTDIR)$(UNITDIR)/codesyncd.service
clean:
	rm -rf build build-* $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
