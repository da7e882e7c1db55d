// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* Cuts stdin into commands and has each carried out. Nothing of a command is believed but by its length. */
#include <string.h>
#include "tracer.h"

static void run(struct tracer *t, const struct es_frame *frame, const uint8_t *payload)
{
	switch (frame->type) {
	case ES_CMD_LIST:
		return command_list(t, frame->seq, payload, frame->len);
	case ES_CMD_READ:
		return command_read(t, frame->seq, payload, frame->len);
	case ES_CMD_PLAN:
		return command_plan(t, frame->seq, payload, frame->len);
	case ES_CMD_ATTACH:
		return command_attach(t, frame->seq, payload, frame->len);
	case ES_CMD_DETACH:
		return command_detach(t, frame->seq, payload, frame->len);
	case ES_CMD_STATS:
		return command_stats(t, frame->seq);
	case ES_CMD_WATCH:
		return command_watch(t, frame->seq, payload, frame->len);
	case ES_CMD_FEATURES:
		return command_features(t, frame->seq);
	case ES_CMD_GATHER:
		return command_gather(t, frame->seq, payload, frame->len);
	case ES_CMD_CLOCK:
		return command_clock(t, frame->seq);
	}
	reply_error(t, frame->seq, ES_REASON_COMMAND, 0, "unknown command %u", frame->type);
}

void commands_run(struct tracer *t)
{
	size_t at = 0;
	struct es_frame frame;

	while (t->reading.fd < 0 && t->input_size - at >= sizeof(frame)) {
		memcpy(&frame, t->input + at, sizeof(frame));
		if (t->input_size - at - sizeof(frame) < frame.len)
			break;
		run(t, &frame, t->input + at + sizeof(frame));
		at += sizeof(frame) + frame.len;
	}
	t->input_size -= at;
	memmove(t->input, t->input + at, t->input_size);
}
