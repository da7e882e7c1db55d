// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* Frames to the server. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tracer.h"

void reply(struct tracer *t, uint16_t type, uint32_t seq, const void *head, size_t head_size, const void *body,
	   size_t body_size)
{
	struct es_frame frame = { .len = head_size + body_size, .type = type, .seq = seq };

	spool_put(&t->spool, &frame, sizeof(frame));
	spool_put(&t->spool, head, head_size);
	spool_put(&t->spool, body, body_size);
}

void reply_done(struct tracer *t, uint32_t seq)
{
	reply(t, ES_REPLY_DONE, seq, NULL, 0, NULL, 0);
}

void reply_error(struct tracer *t, uint32_t seq, enum es_reason reason, int code, const char *format, ...)
{
	struct es_error error = { .reason = reason, .code = code < 0 ? -code : code };
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	reply(t, ES_REPLY_ERROR, seq, &error, sizeof(error), text, strlen(text));
}

enum es_reason reason_of(int code)
{
	switch (code < 0 ? -code : code) {
	case EPERM:
	case EACCES:
		return ES_REASON_PRIVILEGE;
	case ESRCH:
		return ES_REASON_NO_PROCESS;
	case ENOENT:
		return ES_REASON_NO_FILE;
	case EOPNOTSUPP:
	case ENOSYS:
		return ES_REASON_KERNEL;
	case E2BIG:
	case ENOSPC:
		return ES_REASON_FULL;
	}
	return ES_REASON_SYSTEM;
}
