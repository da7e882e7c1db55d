// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_CLOCK: the kernel's clock as BPF programs see it, between two readings of the system's. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "tracer.h"

static uint64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

void command_clock(struct tracer *t, uint32_t seq)
{
	struct es_clock clock = {};
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &clock.kernel, .ctx_size_in = sizeof(clock.kernel));
	int program, error;

	if (kernel_load(t, seq))
		return;
	program = bpf_program__fd(bpf_object__find_program_by_name(t->kernel.object, "on_clock"));
	clock.before = monotonic();
	error = bpf_prog_test_run_opts(program, &options);
	clock.after = monotonic();
	if (error)
		return reply_error(t, seq, reason_of(error), error, "the kernel's clock can't be read: %s", strerror(-error));
	reply(t, ES_REPLY_CLOCK, seq, &clock, sizeof(clock), NULL, 0);
	reply_done(t, seq);
}
