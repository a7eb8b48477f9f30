/* figure.c - the figures of a benchmark that has several. */
#include <math.h>
#include <stdio.h>

#include "tests/bench/figure.h"

static void
print_json(
    const char *program, const struct figures *f, const double *v, bool ok)
{
	const struct figure *g = f->v;

	printf("{\"program\":\"%s\",\"part\":\"%s\",\"ok\":%s", program,
	    f->part, ok ? "true" : "false");
	for (unsigned i = 0; i < f->n; i++)
		if (isnan(v[i]))
			printf(",\"%s\":null", g[i].key);
		else
			printf(",\"%s\":%.*f", g[i].key, g[i].decimals, v[i]);
	printf(",\"targets\":{");
	for (unsigned i = 0, n = 0; i < f->n; i++)
		if (g[i].target >= 0)
			printf("%s\"%s\":%g", n++ > 0 ? "," : "", g[i].key,
			    g[i].target);
	printf("}}\n");
}

static void
print_value(const struct figure *g, double v)
{
	if (isnan(v)) {
		printf(" %9s", "-");
		return;
	}
	printf(" %9.*f %-5s", g->decimals, v, g->unit);
	if (g->target < 0)
		return;
	printf("  %s %-6g %s", g->at_least ? ">=" : "<=", g->target,
	    g->at_least     ? v < g->target ? "below" : ""
	    : v > g->target ? "over"
			    : "");
}

static void
print_lines(const struct figures *f, const double *v, bool ok)
{
	for (unsigned i = 0; i < f->n; i++) {
		printf("%-9s  %-50s", i == 0 ? f->part : "", f->v[i].what);
		print_value(&f->v[i], v[i]);
		printf("\n");
	}
	printf("%-9s  %s\n", "", ok ? "ok" : "WRONG");
}

void
figures_print(const char *program, const struct figures *f, const double *v,
    bool ok, bool json)
{
	if (json)
		print_json(program, f, v, ok);
	else
		print_lines(f, v, ok);
	fflush(stdout);
}
