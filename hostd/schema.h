/*
 * schema.h - the tables, as the list of steps that made them. A database's
 * user_version says how many steps it has been through. A step that has been
 * in a release never changes; later ones are added behind it.
 */
#ifndef HOSTD_SCHEMA_H
#define HOSTD_SCHEMA_H

extern const char *const schema_steps[];
extern const unsigned schema_nsteps;

#endif
