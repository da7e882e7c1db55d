/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * When the threads of watched processes ran, and why not. A thread is watched from its first system call on, which gives
 * it storage; for all other tasks of the machine a switch costs a look at an empty pointer.
 */
#ifndef ERRSCOPE_SCHED_BPF_H
#define ERRSCOPE_SCHED_BPF_H

/* Pauses of one kind that followed each other closely. */
struct cluster {
	__u64 start, end, took;
	__u32 count, pad;
};
#define CLUSTERS 8 /* by es_pause_kind */

struct thread {
	__u64 entered; /* its system call; calls.bpf.h */
	__u64 call;    /* the number of that */
	__u64 off_at;  /* when it left its processor; 0: it runs, or that wasn't seen */
	__u64 woken_at;
	__u64 fault_at;   /* its last page fault in the program's own code */
	__u64 reclaim_at; /* since when it frees memory; 0: it doesn't */
	__u32 asleep;     /* the kind of pause that began then; 0: it was still ready to run */
	__u32 slept_in;   /* the number of the call that it sleeps in, or ES_NOT_DETERMINED */
	__u32 next;       /* in `pauses` */
	struct es_thread sum;
	struct es_pause pauses[ES_PAUSES];
	struct cluster clusters[CLUSTERS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

/* When the processor began what it runs on top of a thread. An interrupt comes on top of a softirq, too. */
enum { SOFTIRQ, HARDIRQ };
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} irq_began SEC(".maps");

static __always_inline void put_pause(struct thread *thread, __u32 kind, __u64 start, __u64 end, __u32 took, __u32 count)
{
	struct es_pause *pause = &thread->pauses[thread->next & (ES_PAUSES - 1)];

	thread->next++;
	/* what is overwritten need not be the oldest: a cluster is put when it is over */
	if (pause->end > thread->sum.since)
		thread->sum.since = pause->end;
	pause->start = start;
	pause->end = end;
	pause->kind = kind;
	pause->took = took;
	pause->count = count;
	pause->call = kind == ES_PAUSE_BLOCKED ? thread->slept_in : 0;
}

static __always_inline void end_cluster(struct thread *thread, __u32 kind)
{
	struct cluster *cluster = &thread->clusters[kind & (CLUSTERS - 1)];

	if (cluster->took >= ES_PAUSE_MIN)
		put_pause(thread, kind, cluster->start, cluster->end, cluster->took, cluster->count);
	cluster->took = 0;
	cluster->count = 0;
}

static __always_inline void note_pause(struct thread *thread, __u32 kind, __u64 start, __u64 end)
{
	struct cluster *cluster = &thread->clusters[kind & (CLUSTERS - 1)];
	int waits = kind == ES_PAUSE_BLOCKED || kind == ES_PAUSE_RUNNABLE;

	/* of waits and sleeps each is told by itself, but short ones are too many */
	if (end >= start + (kind == ES_PAUSE_BLOCKED ? ES_BLOCKED_MIN : waits ? ES_PAUSE_MIN : ES_CLUSTERED_MAX)) {
		put_pause(thread, kind, start, end, 0, 1);
		return;
	}
	if (waits || end <= start)
		return;
	if (cluster->count && (start > cluster->end + ES_CLUSTER_GAP || end > cluster->start + ES_CLUSTER_SPAN))
		end_cluster(thread, kind);
	if (!cluster->count)
		cluster->start = start;
	cluster->end = end;
	cluster->took += end - start;
	cluster->count++;
}

/* include/linux/sched.h */
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2

/*
 * A sleeper entered the kernel last by a system call or by a page fault. A fault that waits for a disk is marked as io; one that
 * waits for a lock (mmap_lock) isn't. Stopped and traced threads are in neither state.
 */
static __always_inline void falls_asleep(struct thread *thread, struct task_struct *task, __u64 state)
{
	int in_fault = thread->fault_at > thread->entered;

	thread->asleep = ES_PAUSE_BLOCKED;
	thread->slept_in = ES_NOT_DETERMINED;
	if (!(state & (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)))
		return;
	if (!in_fault)
		thread->slept_in = thread->call;
	else if (BPF_CORE_READ_BITFIELD_PROBED(task, in_iowait))
		thread->asleep = ES_PAUSE_FAULT;
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
		thread->asleep = 0;
		if (ctx[3])
			falls_asleep(thread, before, ctx[3]);
		thread->woken_at = 0;
	}
	thread = bpf_task_storage_get(&threads, after, 0, 0);
	if (!thread || !thread->off_at)
		return 0;
	now = bpf_ktime_get_ns();
	ready = !thread->asleep ? thread->off_at : thread->woken_at ? thread->woken_at : now;
	note_pause(thread, thread->asleep ? thread->asleep : ES_PAUSE_BLOCKED, thread->off_at, ready);
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

static __always_inline int began(__u32 what)
{
	__u64 *at = bpf_map_lookup_elem(&irq_began, &what);

	if (at)
		*at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int ended(__u32 what)
{
	__u64 *at = bpf_map_lookup_elem(&irq_began, &what);
	struct thread *thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);
	__u64 now;

	if (!thread || !at || !*at)
		return 0;
	now = bpf_ktime_get_ns();
	note_pause(thread, what == SOFTIRQ ? ES_PAUSE_SOFTIRQ : ES_PAUSE_HARDIRQ, *at, now);
	return 0;
}

SEC("tp_btf/softirq_entry")
int on_softirq_entry(__u64 *ctx)
{
	return began(SOFTIRQ);
}

SEC("tp_btf/softirq_exit")
int on_softirq_exit(__u64 *ctx)
{
	return ended(SOFTIRQ);
}

SEC("tp_btf/irq_handler_entry")
int on_irq_entry(__u64 *ctx)
{
	return began(HARDIRQ);
}

SEC("tp_btf/irq_handler_exit")
int on_irq_exit(__u64 *ctx)
{
	return ended(HARDIRQ);
}

#if defined(__TARGET_ARCH_x86)
/* the local timer's interrupt has no handler in the sense of the above */
SEC("tp_btf/local_timer_entry")
int on_timer_entry(__u64 *ctx)
{
	return began(HARDIRQ);
}

SEC("tp_btf/local_timer_exit")
int on_timer_exit(__u64 *ctx)
{
	return ended(HARDIRQ);
}
#endif

SEC("tp_btf/page_fault_user")
int on_fault(__u64 *ctx)
{
	struct thread *thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);

	if (thread)
		thread->fault_at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int reclaim_begins(void)
{
	struct thread *thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);

	if (thread)
		thread->reclaim_at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int reclaim_ends(void)
{
	struct thread *thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);

	if (thread && thread->reclaim_at) {
		note_pause(thread, ES_PAUSE_RECLAIM, thread->reclaim_at, bpf_ktime_get_ns());
		thread->reclaim_at = 0;
	}
	return 0;
}

SEC("tp_btf/mm_vmscan_direct_reclaim_begin")
int on_reclaim_begin(__u64 *ctx)
{
	return reclaim_begins();
}

SEC("tp_btf/mm_vmscan_direct_reclaim_end")
int on_reclaim_end(__u64 *ctx)
{
	return reclaim_ends();
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_begin")
int on_group_reclaim_begin(__u64 *ctx)
{
	return reclaim_begins();
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_end")
int on_group_reclaim_end(__u64 *ctx)
{
	return reclaim_ends();
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
	end_cluster(thread, ES_PAUSE_SOFTIRQ);
	end_cluster(thread, ES_PAUSE_HARDIRQ);
	end_cluster(thread, ES_PAUSE_FAULT);
	end_cluster(thread, ES_PAUSE_RECLAIM);
	/* pauses first: what an interrupt overwrites meanwhile, `since` says */
	__builtin_memcpy(item + 1, thread->pauses, sizeof(thread->pauses));
	barrier();
	__builtin_memcpy(item, &thread->sum, sizeof(*item));
	item->throttled = BPF_CORE_READ(task, sched_task_group, cfs_bandwidth.throttled_time);
	end_item(slot, (struct es_item *)item, ES_ITEM_THREAD, sizeof(*item) + sizeof(thread->pauses));
}
#endif
