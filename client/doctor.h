/* doctor.h - codesync doctor: what the host, or without one this
 * machine, can and cannot isolate.
 */
#ifndef CLIENT_DOCTOR_H
#define CLIENT_DOCTOR_H

#include "client/cli.h"

/* EXIT_DONE when all is well, EXIT_FAILED when something is not. */
int host_doctor(struct cli *c);

#endif
