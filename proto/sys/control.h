/*
 * control.h - the envelope of requests on control.sock (REQ/REP): u32 length of
 * a JSON object, the object, then raw bytes (a file's contents; may be empty).
 *
 * Request:  {"cmd":"room create", "args":{...}, "pass":"..."}; a pass is the
 *           right of somebody who came in by ssh, without one the peer's uid is
 * Answer:   {"result": ...} or
 *           {"error":{"code":"not_found","message":"..."},"exit":3}
 */
#ifndef PROTO_SYS_CONTROL_H
#define PROTO_SYS_CONTROL_H

#include "proto/buf.h"
#include "proto/sys/json.h"

#define CONTROL_MAX (20 * 1024 * 1024) /* one request or answer */
#define CONTROL_JSON_MAX (1024 * 1024)

void control_encode(
    struct buf *b, const struct json *j, const void *raw, size_t raw_len);
/* *J is the caller's to free; RAW is borrowed from BYTES. CS_EFORMAT. */
int control_decode(const void *bytes, size_t len, struct json **j,
    const uint8_t **raw, size_t *raw_len);

#endif
