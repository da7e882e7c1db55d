/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* The goroutine that a hit belongs to: runtime.g, whose first words are the stack's bounds (runtime2.go, go1.26). */
#ifndef ERRSCOPE_GOROUTINE_BPF_H
#define ERRSCOPE_GOROUTINE_BPF_H

struct goroutine {
	__u64 g;
	__u64 id, parent, creator;
	__u64 stack_hi; /* 0: the register held no g that fits the stack pointer */
	__u32 flags;    /* enum es_head_flag */
	__u32 wait_reason; /* of es_head */
};

/* @elsewhere: it isn't the one that runs, so that the stack pointer is not in its stack. */
static __always_inline void find_goroutine(struct goroutine *goroutine, __u64 g, __u64 sp, struct es_plan *plan,
					   int elsewhere)
{
	__u64 stack[2] = {};
	__u8 reason = 0;

	goroutine->g = g;
	if (read_user(stack, sizeof(stack), g) || (!elsewhere && (sp < stack[0] || sp >= stack[1])))
		return;
	goroutine->flags = ES_HEAD_G_OK;
	goroutine->stack_hi = stack[1];
	goroutine->id = read_field(g, plan->goid_off);
	/* g0 and gsignal have no id: the goroutine that runs on this thread is m.curg */
	if (!goroutine->id && plan->goid_off != ES_NOT_DETERMINED) {
		goroutine->flags |= ES_HEAD_ON_G0;
		if (plan->m_curg_off == ES_NOT_DETERMINED)
			return;
		g = read_field(read_field(g, plan->g_m_off), plan->m_curg_off);
		goroutine->id = read_field(g, plan->goid_off);
	}
	goroutine->parent = read_field(g, plan->parent_goid_off);
	goroutine->creator = read_field(g, plan->gopc_off);
	if (plan->wait_reason_off != ES_NOT_DETERMINED && g && !read_user(&reason, 1, g + plan->wait_reason_off))
		goroutine->wait_reason = 1 + reason;
}
#endif
