/*
 * editor.c - fuzz target: any bytes from a terminal, to an editor with any keymap
 * that is drawn now and then, and what others write and run in between. The first
 * byte chooses the keymap and the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/looks.h"
#include "client/mouse.h"
#include "client/panel.h"
#include "client/view.h"
#include "tests/lib/pad.h"

#define DRAW_EVERY 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {
	"",
	"def f(x):\n    return [x, (1, {2: \"a\\\"b\"})]\n\nprint(f(3))\n",
	"\t\xC3\xA4 e\xCC\x81\xE4\xB8\xAD\n\n\n'((((' \"\n   \n}}])",
	"one word.two-words 123\nlast line without an end",
};
static const int sizes[][2] = { { 80, 24 }, { 40, 12 }, { 1, 1 }, { 200, 60 } };

struct desk {
	struct editor *e;
	struct layout l;
	struct grid g;
	unsigned n;
};

static void
draw(struct desk *d)
{
	const int *size = sizes[d->n / DRAW_EVERY % 4];

	if (grid_resize(&d->g, size[0], size[1]) < 0)
		abort();
	editor_tick(d->e);
	view_layout(d->e, size[0], size[1], &d->l);
	view_draw(d->e, &d->l, &d->g);
}

static void
take(void *arg, const struct key *key)
{
	struct key pressed = { .code = 0 };
	struct desk *d = arg;
	struct editor *e = d->e;

	e->now_ms += 20 + key->code % 3 * 300;
	if (key->code == K_REPLY)
		return; /* of the terminal itself, in terminal.c */
	if (key->code == K_MOUSE) {
		mouse_key(e, &d->l, &d->g, key, &pressed);
		key = &pressed;
	}
	if (key->code == 0)
		return;
	if (panel_gives_way(e, key))
		command_key(e, key);
	else
		panel_key(e, key);
	if (++d->n % DRAW_EVERY == 0)
		draw(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct editor e;
	struct desk d = { .e = &e };
	size_t half = size / 2;
	struct keys k;

	if (size == 0)
		return 0;
	pad_open(&e, texts[data[0] / KEYMAPS % 4]);
	e.welcome.role = data[0] & 0x80 ? ROLE_INTERVIEWER : ROLE_CANDIDATE;
	looks_give(&e, LOOK_KEYS, data[0] % KEYMAPS);
	draw(&d);
	keys_init(&k);
	keys_feed(&k, data + 1, half > 0 ? half - 1 : 0, take, &d);
	pad_remote(&e, 0, 0, "x\ny");
	pad_file(&e, 1, "lib.py");
	pad_run(
	    &e, 2, "main.py:9999999\nFile \"main.py\", line 1\nlib.py(1)\n");
	draw(&d);
	keys_feed(&k, data + half, size - half, take, &d);
	keys_timeout(&k, take, &d);
	draw(&d);
	if (text_len(editor_text(&e)) > TEXT_MAX)
		abort();
	keys_release(&k);
	grid_release(&d.g);
	pad_close(&e);
	return 0;
}
