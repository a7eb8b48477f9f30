/*
 * doctor.h - codesync-jail --doctor: what this machine can and cannot isolate,
 * by what its kernel says and by programs that are run in the sandbox.
 */
#ifndef RUNNER_DOCTOR_H
#define RUNNER_DOCTOR_H

/* Print one JSON object: `checks`, each with `name ok detail fix` (what to do
 * if it is not ok, or null), and `isolation`. The exit status: 0 when all
 * checks are ok, else 1. */
int doctor_main(void);
/* codesync-jail --doctor --serve: print nothing, but for each message that comes
 * from SOCK, a SEQPACKET, look and send that object, or {} when it took longer
 * than JOB_DOCTOR_MS. Ends with SOCK, in the middle of a look too. The exit
 * status. */
int doctor_serve(int sock);

#endif
