/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
#ifndef ERRSCOPE_PROBES_H
#define ERRSCOPE_PROBES_H

#include "tracer.h"

#ifndef ENOTSUPP
#define ENOTSUPP 524 /* the kernel's own, not in user space's errno.h: an instruction that it can't probe */
#endif

/* Where probes go. */
struct target {
	const struct bpf_program *program;
	const char *path;
	pid_t pid; /* -1: every process */
	bool multi;
};

/* All of a plan's probes that the kernel accepts. 0, or a negative errno, and then none is placed. */
int probes_place(const struct target *target, const struct plan *plan, struct probes **out);
/* Removes them from the kernel and frees the memory; NULL is allowed. */
void probes_remove(struct probes *probes);

#endif
