/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * When the threads of watched processes ran, and why not. A thread is watched from its first system call on, which gives
 * it storage; for all other tasks of the machine a switch costs a look at an empty pointer.
 */
#ifndef ERRSCOPE_SCHED_BPF_H
#define ERRSCOPE_SCHED_BPF_H

struct thread {
	__u64 entered; /* its system call; calls.bpf.h */
	__u64 off_at;  /* when it left its processor; 0: it runs, or that wasn't seen */
	__u64 woken_at;
	__u32 runnable; /* it was still ready to run then */
	__u32 next;     /* in `pauses` */
	struct es_thread sum;
	struct es_pause pauses[ES_PAUSES];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

/* When the processor began the softirqs that it runs. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} softirq_began SEC(".maps");

static __always_inline void note_pause(struct thread *thread, __u32 kind, __u64 start, __u64 end)
{
	struct es_pause *pause;

	if (end < start + (kind == ES_PAUSE_BLOCKED ? ES_BLOCKED_MIN : ES_PAUSE_MIN))
		return;
	pause = &thread->pauses[thread->next & (ES_PAUSES - 1)];
	thread->next++;
	pause->start = start;
	pause->end = end;
	pause->kind = kind;
}

SEC("tp_btf/sched_switch")
int on_switch(__u64 *ctx)
{
	struct task_struct *before = (struct task_struct *)ctx[1];
	struct task_struct *after = (struct task_struct *)ctx[2];
	struct thread *thread;
	__u64 now, ready;

	thread = bpf_task_storage_get(&threads, before, 0, 0);
	if (thread) {
		thread->off_at = bpf_ktime_get_ns();
		thread->runnable = !ctx[3];
		thread->woken_at = 0;
	}
	thread = bpf_task_storage_get(&threads, after, 0, 0);
	if (!thread || !thread->off_at)
		return 0;
	now = bpf_ktime_get_ns();
	ready = thread->runnable ? thread->off_at : thread->woken_at ? thread->woken_at : now;
	thread->sum.blocked += ready - thread->off_at;
	thread->sum.runnable += now - ready;
	note_pause(thread, ES_PAUSE_BLOCKED, thread->off_at, ready);
	note_pause(thread, ES_PAUSE_RUNNABLE, ready, now);
	thread->off_at = 0;
	return 0;
}

SEC("tp_btf/sched_wakeup")
int on_wakeup(__u64 *ctx)
{
	struct thread *thread = bpf_task_storage_get(&threads, (struct task_struct *)ctx[0], 0, 0);

	if (thread && thread->off_at && !thread->woken_at)
		thread->woken_at = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/softirq_entry")
int on_softirq_entry(__u64 *ctx)
{
	__u32 zero = 0;
	__u64 *began = bpf_map_lookup_elem(&softirq_began, &zero);

	if (began)
		*began = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/softirq_exit")
int on_softirq_exit(__u64 *ctx)
{
	__u32 zero = 0;
	__u64 *began = bpf_map_lookup_elem(&softirq_began, &zero);
	struct thread *thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);
	__u64 now;

	if (!thread || !began || !*began)
		return 0;
	now = bpf_ktime_get_ns();
	thread->sum.softirq += now - *began;
	note_pause(thread, ES_PAUSE_SOFTIRQ, *began, now);
	return 0;
}

/* What is known of the current thread, into an event's record. */
static __always_inline void put_thread(struct slot *slot)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = bpf_task_storage_get(&threads, task, 0, 0);
	struct es_thread *item;

	if (!thread)
		return;
	item = begin_item(slot);
	if (!item)
		return;
	__builtin_memcpy(item, &thread->sum, sizeof(*item));
	__builtin_memcpy(item + 1, thread->pauses, sizeof(thread->pauses));
	item->throttled = BPF_CORE_READ(task, sched_task_group, cfs_bandwidth.throttled_time);
	end_item(slot, (struct es_item *)item, ES_ITEM_THREAD, sizeof(*item) + sizeof(thread->pauses));
}
#endif
