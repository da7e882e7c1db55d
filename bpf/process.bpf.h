/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* Process ids, and the life of processes: fork, exec, exit as records, of those that are watched. */
#ifndef ERRSCOPE_PROCESS_BPF_H
#define ERRSCOPE_PROCESS_BPF_H

#define MAX_PID_NAMESPACES 8

/* The id of a task in the tracer's pid namespace; 0 if it isn't visible there. */
static __always_inline __u32 task_pid(struct task_struct *task)
{
	struct pid *pid;
	__u32 level;

	if (!option_pid_namespace)
		return task->pid;
	pid = task->thread_pid;
	level = BPF_CORE_READ(pid, level);
	for (__u32 i = 0; i < MAX_PID_NAMESPACES; i++) {
		struct upid upid;

		if (i > level)
			break;
		if (bpf_core_read(&upid, sizeof(upid), &pid->numbers[0] + i))
			break;
		if (BPF_CORE_READ(upid.ns, ns.inum) == option_pid_namespace)
			return upid.nr;
	}
	return 0;
}

/* The id of a task in its own pid namespace, as it itself sees it. */
static __always_inline __u32 innermost_pid(struct task_struct *task)
{
	struct pid *pid = task->thread_pid;
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid upid;

	if (bpf_core_read(&upid, sizeof(upid), &pid->numbers[0] + level))
		return 0;
	return upid.nr;
}

static __always_inline __u32 watch_flags(__u32 pid)
{
	__u32 all = 0;
	__u32 *flags = bpf_map_lookup_elem(&watched, &pid);
	__u32 *flags_of_all = bpf_map_lookup_elem(&watched, &all);

	if (!pid) /* invisible: no id to tell of */
		return 0;
	return (flags ? *flags : 0) | (flags_of_all ? *flags_of_all : 0);
}

static __always_inline void put_process(__u16 kind, __u32 pid, struct task_struct *parent, __u32 exit_code)
{
	struct es_proc proc = {
		.kind = kind,
		.pid = pid,
		.parent = parent ? task_pid(parent) : 0,
		.exit_code = exit_code,
		.mono = bpf_ktime_get_ns(),
	};
	__u32 zero = 0;
	struct totals *sum = bpf_map_lookup_elem(&totals, &zero);

	if (bpf_ringbuf_output(&ring, &proc, sizeof(proc), BPF_RB_FORCE_WAKEUP) && sum)
		count(&sum->proc_lost);
}

/* The current process has spoken: its end is told of, even if it comes before the server knows the process. */
static __always_inline void watch_end(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 pid = task_pid(task->group_leader);
	__u32 flags = ES_WATCH_EXIT;

	if (pid && !bpf_map_lookup_elem(&watched, &pid))
		bpf_map_update_elem(&watched, &pid, &flags, BPF_NOEXIST);
}

struct exec_record {
	struct es_proc proc;
	__u8 path[ES_EXEC_PATH];
};

static __always_inline void put_exec(__u32 pid, struct task_struct *leader, struct file *file)
{
	struct exec_record *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	__u32 zero = 0;
	struct totals *sum = bpf_map_lookup_elem(&totals, &zero);
	int whole;

	if (!record) {
		if (sum)
			count(&sum->proc_lost);
		return;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->proc.kind = ES_REC_EXEC;
	record->proc.pid = pid;
	record->proc.parent = task_pid(leader->real_parent);
	record->proc.ns_pid = innermost_pid(leader);
	record->proc.mono = bpf_ktime_get_ns();
	record->proc.ino = BPF_CORE_READ(file, f_inode, i_ino);
	record->proc.path_len = put_names(record->path, file, &whole);
	if (!whole)
		record->proc.path_len = 0;
	bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
}

SEC("tp_btf/sched_process_exec")
int on_exec(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	struct task_struct *leader = task->group_leader;
	__u32 pid = task_pid(leader);

	if (watch_flags(pid) & ES_WATCH_EXEC)
		put_exec(pid, leader, BPF_CORE_READ((struct linux_binprm *)ctx[2], file));
	return 0;
}

SEC("tp_btf/sched_process_fork")
int on_fork(__u64 *ctx)
{
	struct task_struct *parent = (struct task_struct *)ctx[0];
	struct task_struct *child = (struct task_struct *)ctx[1];
	__u32 pid, flags;

	if (child->tgid == parent->tgid) /* a thread */
		return 0;
	flags = watch_flags(task_pid(parent->group_leader));
	pid = task_pid(child);
	if (flags & ES_WATCH_FOLLOW)
		bpf_map_update_elem(&watched, &pid, &flags, BPF_ANY);
	if (flags & ES_WATCH_FORK)
		put_process(ES_REC_FORK, pid, parent->group_leader, 0);
	return 0;
}

/* include/uapi/asm-generic/signal.h: those whose default action ends the process, but for real-time ones and user's */
#define ENDING_SIGNALS                                                                                                 \
	(1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 8 | 1u << 9 | 1u << 11 | 1u << 15 | 1u << 24 | \
	 1u << 31)
#define SIGKILL 9
/* SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS */
#define FAULT_SIGNALS (1u << 4 | 1u << 5 | 1u << 7 | 1u << 8 | 1u << 11 | 1u << 31)
/* include/uapi/asm-generic/siginfo.h */
#define SI_USER 0
#define SI_QUEUE -1
#define SI_TKILL -6
#define SEND_SIG_NOINFO 0 /* include/linux/sched/signal.h: instead of an address of a kernel_siginfo */
#define SEND_SIG_PRIV 1

static __always_inline void put_signal(struct es_signal *signal, struct task_struct *task)
{
	__u32 zero = 0;
	struct totals *sum = bpf_map_lookup_elem(&totals, &zero);

	signal->kind = ES_REC_SIGNAL;
	signal->pid = task_pid(task->group_leader);
	signal->tid = task_pid(task);
	signal->mono = bpf_ktime_get_ns();
	if (bpf_ringbuf_output(&ring, signal, sizeof(*signal), BPF_RB_FORCE_WAKEUP) && sum)
		count(&sum->proc_lost);
}

SEC("tp_btf/signal_generate")
int on_signal(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[2];
	struct task_struct *sender;
	struct es_signal signal = { .number = ctx[0] };
	struct {
		__s32 number, error, code, pad;
		__u64 address;
	} info; /* struct kernel_siginfo, as in sigaction(2) */

	/* Go sends its own threads SIGURG all the time */
	if (signal.number > 31 || !(ENDING_SIGNALS & 1u << signal.number))
		return 0;
	if (!(watch_flags(task_pid(task->group_leader)) & ES_WATCH_EXIT))
		return 0;
	if (ctx[1] > SEND_SIG_PRIV && !bpf_probe_read_kernel(&info, sizeof(info), (void *)ctx[1])) {
		signal.code = info.code;
		signal.address = info.address;
		if (FAULT_SIGNALS & 1u << signal.number && info.code > 0)
			signal.flags = ES_SIGNAL_FAULT;
		/* of others (a timer's) whoever is interrupted would pass for the sender */
		else if (info.code != SI_USER && info.code != SI_QUEUE && info.code != SI_TKILL)
			signal.flags = ES_SIGNAL_KERNEL;
	}
	if (ctx[1] == SEND_SIG_PRIV)
		signal.flags = ES_SIGNAL_KERNEL;
	if (!signal.flags) {
		sender = bpf_get_current_task_btf();
		signal.sender = task_pid(sender->group_leader);
		bpf_get_current_comm(signal.sender_name, sizeof(signal.sender_name));
	}
	put_signal(&signal, task);
	return 0;
}

/* Newer kernels give the task, older ones its id: the tracer loads this for the former only. */
SEC("tp_btf/mark_victim")
int on_oom(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	struct es_signal signal = { .number = SIGKILL, .flags = ES_SIGNAL_KERNEL | ES_SIGNAL_OOM };

	if (watch_flags(task_pid(task->group_leader)) & ES_WATCH_EXIT)
		put_signal(&signal, task);
	return 0;
}

#define SIGNAL_GROUP_EXIT 4 /* include/linux/sched/signal.h */

/* Every thread passes here; the process has ended when the last one does: signal.live was counted down before. */
SEC("tp_btf/sched_process_exit")
int on_exit(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	struct task_struct *leader = task->group_leader;
	struct signal_struct *signal = task->signal;
	__u32 pid, code;

	if (signal->live.counter)
		return 0;
	pid = task_pid(leader);
	/* as wait_task_zombie() in kernel/exit.c chooses */
	code = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : leader->exit_code;
	if (watch_flags(pid) & ES_WATCH_EXIT)
		put_process(ES_REC_EXIT, pid, leader->real_parent, code);
	bpf_map_delete_elem(&watched, &pid);
	return 0;
}
#endif
