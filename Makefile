# CodeSync. `make` builds into $(BUILD); see README.md for the targets.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/codesync
MANDIR ?= $(PREFIX)/share/man
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
DESTDIR ?=
SANITIZE ?=
BUILD ?= build$(if $(SANITIZE),-$(SANITIZE))
CC ?= gcc
CFLAGS ?= -O2 -g
PORT ?= 2222
V ?=

comma := ,
Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@;)

WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wformat=2 \
	-Wno-format-nonliteral -Wswitch-enum -Wno-switch-enum -Werror
HARDEN = $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -I. -I$(BUILD) $(WARN) $(HARDEN) -fPIE -MMD -MP \
	-DLIBEXECDIR='"$(LIBEXECDIR)"' -DSBINDIR='"$(SBINDIR)"' -DBINDIR='"$(BINDIR)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -DCODESYNC_NO_SECCOMP) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)

# Modules, by archive. No wildcards: a stray file never links.
PROTO = err buf utf8 text op record job order peer msg frame
SYS = log clock loop link spawn privs filter conf util json control
# Programs: their own objects, the archives they use, their libraries.
codesyncd_OBJ = hostd/codesyncd hostd/conn hostd/listen hostd/monitor hostd/place hostd/pty hostd/service
codesyncd_LIB = -levent_core -lconfuse -lutf8proc
codesync-session_OBJ = hostd/session hostd/login hostd/monitor
codesync-session_LIB = -lssh -lseccomp -lutf8proc
codesync-hub_OBJ = hostd/hub hostd/room hostd/seat hostd/jobs hostd/store hostd/control hostd/schema hostd/secret proto/sys/link_nng
codesync-hub_LIB = -lnng -lsqlite3 -lcrypt -ljansson -levent_core -lconfuse -lutf8proc
codesync-edit_OBJ = client/edit client/editor client/command client/keys client/syntax client/view client/panel client/tty
codesync-edit_LIB = -lncursesw -ltinfo -levent_core -lseccomp -lutf8proc
codesync-runner_OBJ = runner/runner proto/sys/link_nng
codesync-runner_LIB = -lnng -ljansson -levent_core -lconfuse -lutf8proc
codesync-jail_OBJ = runner/jail runner/box runner/limit runner/policy
codesync-jail_LIB = -lseccomp -ljansson -lutf8proc
codesync_OBJ = client/codesync client/cli client/option client/remote client/room client/show client/event client/watch client/join \
	proto/sys/link_nng
codesync_LIB = -lnng -ljansson -levent_core -lconfuse -lutf8proc

BIN = codesync
SBIN = codesyncd codesync-runner
LIBEXEC = codesync-session codesync-hub codesync-edit codesync-jail
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

define program
$(BUILD)/$(1): $$($(1)_OBJ:%=$(BUILD)/%.o) $(BUILD)/libsys.a $(BUILD)/libproto.a
	$$(call say,LD)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$($(1)_LIB)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
