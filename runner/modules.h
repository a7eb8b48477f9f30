/*
 * modules.h - what Python imports while its sandbox waits, as a list: a program
 * that brings a module of its own by such a name gets a sandbox without it.
 */
#ifndef RUNNER_MODULES_H
#define RUNNER_MODULES_H

/* clang-format off */
#define WARM_MODULES(X) \
	X("abc") X("array") X("ast") X("bisect") X("collections") X("contextlib") \
	X("copy") X("dataclasses") X("datetime") X("decimal") X("enum") X("functools") \
	X("heapq") X("inspect") X("io") X("itertools") X("json") X("linecache") \
	X("math") X("operator") X("random") X("re") X("string") X("textwrap") \
	X("threading") X("time") X("tokenize") X("traceback") X("types") X("typing") \
	X("warnings")
/* clang-format on */

#endif
