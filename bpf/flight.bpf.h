/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* Goroutines with errors in flight: those of which it is told when they wait, go on and end. Asked for by es_plan.marks. */
#ifndef ERRSCOPE_FLIGHT_BPF_H
#define ERRSCOPE_FLIGHT_BPF_H

struct flight {
	__u32 left;   /* waits and starts that are still told of */
	__u32 parked; /* the last one has not ended */
};
/* plan is the tgid, addr the goroutine's id. Those that were longest without an error make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct es_addr_key);
	__type(value, struct flight);
} flights SEC(".maps");

static __always_inline struct es_addr_key flight_key(__u64 goid)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return (struct es_addr_key){ .plan = task_pid(task->group_leader), .addr = goid };
}

/* An error was recorded on the goroutine. A wait that it is in is over, since it runs. */
static __always_inline void put_in_flight(struct es_plan *plan, __u64 goid)
{
	struct es_addr_key key = flight_key(goid);
	struct flight flight = { .left = plan->marks };

	if (plan->marks && goid)
		bpf_map_update_elem(&flights, &key, &flight, BPF_ANY);
}

/* Whether a mark is of a goroutine with errors in flight, and not one too many. */
static __always_inline int is_wanted_mark(struct pt_regs *ctx, struct hit *hit)
{
	__u64 g = hit->site->flags & ES_SITE_G ? hit->word0 : REG_G(ctx);
	struct es_addr_key key = flight_key(read_field(g, hit->plan->goid_off));
	struct flight *flight = key.addr ? bpf_map_lookup_elem(&flights, &key) : NULL;

	if (!flight)
		return 0;
	switch (hit->site->op) {
	case ES_OP_PARK:
		if (!flight->left)
			return 0;
		flight->left--;
		flight->parked = 1;
		return 1;
	case ES_OP_START:
		if (!flight->left)
			return 0;
		flight->left--;
		return 1;
	case ES_OP_RESUME:
		if (!flight->parked)
			return 0;
		flight->parked = 0;
		return 1;
	}
	bpf_map_delete_elem(&flights, &key);
	return 1;
}
#endif
