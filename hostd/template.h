/*
 * template.h - what a room can be made from: a title, a language, files, and
 * tests that only the staff may see. Kept in the store (store_template.c), whose
 * rules and codes are store.h's.
 */
#ifndef HOSTD_TEMPLATE_H
#define HOSTD_TEMPLATE_H

#include "hostd/store.h"

#define TEMPLATE_NAME_SIZE 65
#define TEMPLATES_MAX 1000

struct template_row {
	int64_t key; /* given by store_template_add */
	char name[TEMPLATE_NAME_SIZE], language[33], title[STORE_TITLE_SIZE];
	int64_t user; /* the account that made it, or 0 */
	uint64_t created_ms;
};
/* CS_ESTATE: the name is taken; nothing was written and the transaction goes on.
 * CS_ETOOBIG: there are TEMPLATES_MAX. */
int store_template_add(struct store *s, struct template_row *t);
int store_template_get(
    struct store *s, const char *name, struct template_row *t);
/* Its files go with it; what was made from it stays. */
int store_template_remove(struct store *s, int64_t key);
/* All by name; *ROWS is the caller's to free. */
int store_templates(struct store *s, struct template_row **rows, size_t *n);

enum template_kind { TEMPLATE_FILE, TEMPLATE_TEST };
struct template_file {
	char name[NAME_MAX_BYTES + 1];
	uint8_t *bytes;
	size_t len;
};
int store_template_put(struct store *s, int64_t key, enum template_kind kind,
    size_t i, const char *name, const void *bytes, size_t len);
/* In their order; *FILES is the caller's, for template_files_free. */
int store_template_files(struct store *s, int64_t key, enum template_kind kind,
    struct template_file **files, size_t *n);
void template_files_free(struct template_file *files, size_t n);
/* The tests become those of ROOM. */
int store_template_tests(struct store *s, int64_t key, int64_t room);

#endif
