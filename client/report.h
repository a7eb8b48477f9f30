/* report.h - what `room report` answers, as a page for people. */
#ifndef CLIENT_REPORT_H
#define CLIENT_REPORT_H

#include "proto/sys/json.h"

void show_report(const struct json *report);

#endif
