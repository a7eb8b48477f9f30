/* request.c - the arguments of a command, and rooms as JSON. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "hostd/request.h"
#include "hostd/rules.h"
#include "hostd/secret.h"
#include "hostd/timer.h"
#include "proto/err.h"
#include "proto/utf8.h"

const char *
answer_name(int exit)
{
	static const char *const codes[] = { "ok", "failed", "invalid",
		"not_found", "not_allowed", "state" };

	return codes[exit];
}

/* The answer is an error; returns EXIT. */
int
refuse(struct request *q, int exit, const char *fmt, ...)
{
	struct json *error = json_object_new();
	char message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	json_set_str(error, "code", answer_name(exit));
	json_set_str(error, "message", message);
	json_free(q->answer);
	q->answer = json_object_new();
	if (q->seated_in != NULL)
		room_seat_undo(q->seated_in, q->seated);
	q->seated_in = NULL;
	json_set(q->answer, "error", error);
	json_set_int(q->answer, "exit", exit);
	return exit;
}

int
refuse_store(struct request *q, int r)
{
	return refuse(
	    q, ANSWER_FAILED, "the host's store refused: %s", cs_strerror(r));
}

int
admins_only(struct request *q)
{
	return q->who.admin ? 0
			    : refuse(q, ANSWER_NOT_ALLOWED,
				  "only an admin of this host may do this");
}

int
accounts_only(struct request *q)
{
	return q->who.admin || q->who.kind == WHO_USER
		   ? 0
		   : refuse(q, ANSWER_NOT_ALLOWED,
			 "only who has an account on this host may do this");
}

void
request_target(struct request *q, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(q->target, sizeof(q->target), fmt, ap);
	va_end(ap);
}

int
answer(struct request *q, struct json *result)
{
	q->answer = json_object_new();
	json_set(q->answer, "result", result);
	return 0;
}

/* --- arguments --- */

const char *
arg_str(const struct request *q, const char *key)
{
	return json_get_str(q->args, key);
}

int
arg_purged(const struct request *q, struct room_row *row)
{
	const char *typed = arg_str(q, "room");
	char id[ROOM_ID_LEN + 1];
	int r;

	if (typed == NULL || room_id_read(typed, id) < 0)
		return 0;
	if ((r = store_room_get(q->hub->store, id, row)) < 0)
		return r == CS_ENOTFOUND ? 0 : r;
	return row->purged_ms != 0 && who_owns(&q->who, row);
}

/* There is no room as TYPED, or there was one. */
static int
no_room(struct request *q, const char *typed)
{
	struct room_row row;

	if (arg_purged(q, &row) == 1)
		return refuse(q, ANSWER_STATE,
		    "room %s was erased: only its times are left", row.id);
	return refuse(q, ANSWER_NOT_FOUND, "there is no room %.64s", typed);
}

int
arg_room(struct request *q, enum right right, struct room **room)
{
	const char *typed = arg_str(q, "room");
	char id[ROOM_ID_LEN + 1];
	int r;

	if (typed == NULL)
		return refuse(q, ANSWER_INVALID, "the room is missing");
	r = who_right(&q->who, q->hub->store, typed, id, &q->right);
	if (r == 0 && q->right < right)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "only the staff of room %s may do this", id);
	if (r == 0)
		r = room_open(q->hub, id, room);
	if (r == CS_ENOTFOUND)
		return no_room(q, typed);
	return r < 0 ? refuse_store(q, r) : 0;
}

int
arg_site(struct request *q, struct room *room, uint8_t *site)
{
	int r = who_site(&q->who, room, site);

	if (r == CS_EBUSY)
		return refuse(
		    q, ANSWER_STATE, "room %s has no seat left", room->row.id);
	if (r < 0)
		return refuse_store(q, r);
	if (r == 1) {
		q->seated_in = room;
		q->seated = *site;
	}
	return 0;
}

int
arg_seat(struct request *q, struct room *room, struct member **out)
{
	const char *label = arg_str(q, "seat");
	struct member *m;

	if (label == NULL)
		return refuse(q, ANSWER_INVALID, "the seat is missing");
	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++) {
		m = room->members[i];
		/* "@ann" is only who stands in the log for her commands */
		if (m == NULL || m->row.state == SEAT_KICKED ||
		    (m->row.label[0] == '@' && m->row.state == SEAT_NEW) ||
		    strcasecmp(m->row.label, label) != 0)
			continue;
		*out = m;
		return 0;
	}
	return refuse(q, ANSWER_NOT_FOUND, "room %s has no seat %.40s",
	    room->row.id, label);
}

int
arg_unwatched(struct request *q, const struct room *room)
{
	const struct member *m =
	    q->who.kind == WHO_SEAT ? room->members[q->who.site] : NULL;
	unsigned minutes = rules_focus_left(room);

	if (minutes == 0 || (m != NULL && m->row.role == ROLE_CANDIDATE))
		return 0;
	return refuse(q, ANSWER_STATE,
	    "in room %s the candidate works unobserved for %u more minute%s",
	    room->row.id, minutes, minutes == 1 ? "" : "s");
}

int
arg_space(struct request *q, const struct room *room)
{
	return room->full ? refuse(q, ANSWER_STATE,
				"the log of room %s is full: nobody can write "
				"there any more",
				room->row.id)
			  : 0;
}

/* A line of text from the arguments into DST[SIZE]; absent is "". */
int
arg_line(struct request *q, const char *key, char *dst, size_t size)
{
	const char *s = arg_str(q, key);
	size_t len = s != NULL ? strlen(s) : 0;
	uint32_t cp;
	int n;

	dst[0] = '\0';
	if (len >= size)
		return refuse(q, ANSWER_INVALID,
		    "the %s is longer than %zu bytes", key, size - 1);
	for (size_t i = 0; i < len; i += (size_t)n)
		if ((n = utf8_decode(s + i, len - i, &cp)) <= 0 ||
		    utf8_cp_width(cp) < 0)
			return refuse(q, ANSWER_INVALID,
			    "the %s holds a control character", key);
	memcpy(dst, s != NULL ? s : "", len + (s != NULL));
	return 0;
}

int
arg_name(struct request *q, char name[NAME_MAX_BYTES + 1])
{
	int r = arg_line(q, "name", name, NAME_MAX_BYTES + 1);

	if (r != 0 || arg_str(q, "name") == NULL || person_name(name) >= 0)
		return r;
	return refuse(q, ANSWER_INVALID,
	    "a name has 1 to %d bytes and is not blank", NAME_MAX_BYTES);
}

/* A number from 1 to MAX; absent is DEFLT. */
int
arg_num(struct request *q, const char *key, int64_t max, int64_t deflt,
    uint32_t *out)
{
	int64_t v = json_get_int(q->args, key, deflt);

	if (v != deflt && (v < 1 || v > max))
		return refuse(q, ANSWER_INVALID,
		    "%s is a number from 1 to %lld", key, (long long)max);
	*out = (uint32_t)v;
	return 0;
}

bool
file_name_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	size_t len = strlen(name);

	return len >= 1 && len <= NAME_MAX_BYTES &&
	       strspn(name, allowed) == len && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

int
arg_file(
    struct request *q, const struct json *entry, size_t *at, struct arg_file *f)
{
	int64_t n = json_get_int(entry, "len", -1);

	f->name = json_get_str(entry, "name");
	if (f->name == NULL || !file_name_valid(f->name))
		return refuse(q, ANSWER_INVALID,
		    "a file's name has 1 to 64 of the characters A-Z a-z 0-9 "
		    ". _ -");
	if (n < 0 || (uint64_t)n > q->raw_len - *at)
		return refuse(q, ANSWER_INVALID, "the files are incomplete");
	if (n > TEXT_MAX)
		return refuse(q, ANSWER_INVALID,
		    "%s is larger than 1 MiB, the most a file can hold",
		    f->name);
	f->text = q->raw + *at;
	f->len = (size_t)n;
	*at += f->len;
	return utf8_valid(f->text, f->len)
		   ? 0
		   : refuse(
			 q, ANSWER_INVALID, "%s is not valid UTF-8", f->name);
}

int
arg_files(
    struct request *q, struct arg_file files[FILE_MAX], size_t *n, size_t *at)
{
	const struct json *list = json_get(q->args, "files");
	int r;

	*n = json_count(list);
	if (*n > FILE_MAX)
		return refuse(
		    q, ANSWER_INVALID, "a room has at most %d files", FILE_MAX);
	for (size_t i = 0; i < *n; i++) {
		if ((r = arg_file(q, json_at(list, i), at, &files[i])) != 0)
			return r;
		for (size_t k = 0; k < i; k++)
			if (strcmp(files[k].name, files[i].name) == 0)
				return refuse(q, ANSWER_INVALID,
				    "%s is given twice", files[i].name);
	}
	return 0;
}

int
arg_role(struct request *q, enum role *role)
{
	static const char *const names[ROLES] = { "candidate", "interviewer",
		"observer" };
	const char *s = arg_str(q, "role");

	*role = ROLE_CANDIDATE;
	if (s == NULL)
		return 0;
	for (unsigned i = 0; i < ROLES; i++)
		if (strcmp(s, names[i]) == 0) {
			*role = (enum role)i;
			return 0;
		}
	return refuse(q, ANSWER_INVALID,
	    "the role is candidate, interviewer or observer, not %.32s", s);
}

static bool
two_digits(const char *s, int *out)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + (s[1] - '0');
	return true;
}

/* "Z" or "+HH:MM" at S, as minutes to subtract. */
static int
zone_parse(const char *s, int *minutes)
{
	int h, m;

	*minutes = 0;
	if ((*s == 'Z' || *s == 'z') && s[1] == '\0')
		return 0;
	if ((*s != '+' && *s != '-') || strlen(s) != 6 || s[3] != ':' ||
	    !two_digits(s + 1, &h) || !two_digits(s + 4, &m) || h > 23 ||
	    m > 59)
		return CS_EINVAL;
	*minutes = (h * 60 + m) * (*s == '-' ? -1 : 1);
	return 0;
}

int
time_parse(const char *s, uint64_t *unix_ms)
{
	struct tm tm = { 0 };
	int century, year, zone, ms = 0, unit = 100;
	int64_t t;

	if (strlen(s) < 20 || s[4] != '-' || s[7] != '-' ||
	    strchr("Tt ", s[10]) == NULL || s[13] != ':' || s[16] != ':' ||
	    !two_digits(s, &century) || !two_digits(s + 2, &year) ||
	    !two_digits(s + 5, &tm.tm_mon) || !two_digits(s + 8, &tm.tm_mday) ||
	    !two_digits(s + 11, &tm.tm_hour) ||
	    !two_digits(s + 14, &tm.tm_min) || !two_digits(s + 17, &tm.tm_sec))
		return CS_EINVAL;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
	    tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
	    tm.tm_sec > 60)
		return CS_EINVAL;
	tm.tm_year = century * 100 + year - 1900;
	tm.tm_mon--;
	s += 19;
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			ms += (*s - '0') * unit;
		if (s[-1] == '.')
			return CS_EINVAL;
	}
	if (zone_parse(s, &zone) < 0)
		return CS_EINVAL;
	t = ((int64_t)timegm(&tm) - zone * 60) * 1000 + ms;
	if (t < 0)
		return CS_EINVAL;
	*unix_ms = (uint64_t)t;
	return 0;
}

/* --- rooms as JSON --- */

static struct json *
files_json(const struct order *o)
{
	struct json *list = json_array_new(), *f;
	const struct text *t;
	size_t len, lines;

	for (unsigned i = 0; i < order_file_count(o); i++) {
		t = order_text(o, i);
		len = text_len(t);
		lines = text_line_count(t);
		if (len == 0 || text_byte(t, len - 1) == '\n')
			lines--; /* nothing stands on the last one */
		f = json_object_new();
		json_set_str(f, "name", order_file_name(o, i));
		json_set_int(f, "bytes", (int64_t)len);
		json_set_int(f, "lines", (int64_t)lines);
		json_add(list, f);
	}
	return list;
}

const char *
role_name(unsigned role)
{
	static const char *const names[ROLES] = { "candidate", "interviewer",
		"observer" };

	return names[role < ROLES ? role : ROLE_OBSERVER];
}

static struct json *
people_json(const struct room *room)
{
	static const char *const states[] = { [SEAT_NEW] = "lobby",
		[SEAT_HERE] = "here",
		[SEAT_AWAY] = "away",
		[SEAT_LEFT] = "left",
		[SEAT_WAITS] = "lobby" };
	struct json *list = json_array_new(), *p;
	const struct member *m;

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++) {
		if ((m = room->members[i]) == NULL ||
		    m->row.state == SEAT_NEW || m->row.state == SEAT_KICKED)
			continue;
		p = json_object_new();
		json_set_str(p, "seat", m->row.label);
		json_set_str(p, "name", m->row.name);
		json_set_str(p, "role", role_name(m->row.role));
		json_set_str(p, "state", states[m->row.state]);
		json_set_bool(p, "rw", room_may_write(room, m));
		json_set_time(p, "waits_since",
		    m->row.state == SEAT_WAITS ? m->row.since_ms : 0);
		json_add(list, p);
	}
	return list;
}

static struct json *
limits_json(const struct run_limits *l)
{
	struct json *o = json_object_new();

	json_set_int(o, "cpu_s", l->cpu_s);
	json_set_int(o, "wall_s", l->wall_s);
	json_set_int(o, "memory_mb", l->memory_mb);
	json_set_int(o, "processes", l->processes);
	json_set_int(o, "output_kb", l->output_kb);
	json_set_int(o, "files_mb", l->files_mb);
	return o;
}

struct json *
row_json(const struct room_row *row)
{
	struct json *o = json_object_new();

	json_set_str(o, "id", row->id);
	json_set_str(o, "title", row->title);
	json_set_str(o, "state",
	    row->ended_ms != 0     ? "ended"
	    : row->started_ms != 0 ? "live"
				   : "waiting");
	json_set_str(o, "language", row->language);
	if (row->minutes != 0)
		json_set_int(o, "minutes", row->minutes);
	else
		json_set_null(o, "minutes");
	json_set_time(o, "created_at", row->created_ms);
	json_set_time(o, "started_at", row->started_ms);
	json_set_time(o, "ended_at", row->ended_ms);
	if (row->started_ms != 0)
		json_set_int(o, "used_s", (int64_t)(timer_used_ms(row) / 1000));
	else
		json_set_null(o, "used_s");
	json_set_bool(o, "paused", row->pause_since_ms != 0);
	json_set_bool(o, "lobby", row->lobby);
	json_set_bool(o, "frozen", row->frozen);
	json_set_time(o, "focus_until", row->focus_until_ms);
	json_set_bool(o, "recording", true);
	json_set_int(o, "retention_days", row->retention_days);
	json_set_str(o, "owner", row->owner);
	json_set_time(o, "purged_at", row->purged_ms);
	json_set_null(o, "rev");
	json_set(o, "files", json_array_new());
	json_set(o, "people", json_array_new());
	return o;
}

struct json *
room_json(const struct room *room)
{
	struct json *o = row_json(&room->row);

	json_set_int(o, "rev", (int64_t)order_rev(room_shown(room)));
	json_set(o, "limits", limits_json(&room->hub->conf.limits));
	json_set(o, "files", files_json(room_shown(room)));
	json_set(o, "people", people_json(room));
	return o;
}

int
answer_room(struct request *q, const struct room *room)
{
	return answer(q, room_json(room));
}

void
host_json(const struct hub *h, struct json *o)
{
	json_set_str(o, "host", h->host);
	json_set_int(o, "port", h->port);
	json_set_str(o, "fingerprint", h->fingerprint);
	json_set_str(o, "known_hosts", h->known_hosts);
}
