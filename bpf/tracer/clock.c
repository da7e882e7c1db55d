// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_CLOCK: the kernel's clock as BPF programs see it. */
#include <string.h>
#include "tracer.h"

void command_clock(struct tracer *t, uint32_t seq)
{
	struct es_clock clock = {};
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &clock, .ctx_size_in = sizeof(clock));
	int program, error;

	if (kernel_load(t, seq))
		return;
	program = bpf_program__fd(bpf_object__find_program_by_name(t->kernel.object, "on_clock"));
	error = bpf_prog_test_run_opts(program, &options);
	if (error)
		return reply_error(t, seq, reason_of(error), error, "the kernel's clock can't be read: %s", strerror(-error));
	reply(t, ES_REPLY_CLOCK, seq, &clock, sizeof(clock), NULL, 0);
	reply_done(t, seq);
}
