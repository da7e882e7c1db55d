/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * System calls that failed, of watched processes: which, with what, on which goroutine and from where in the program. The
 * server finds among them the one behind a syscall.Errno. Successful calls cost the check of a register.
 */
#ifndef ERRSCOPE_CALLS_BPF_H
#define ERRSCOPE_CALLS_BPF_H

#include "call-numbers.bpf.h"

/* include/uapi/asm-generic/errno{-base,}.h, include/linux/errno.h */
#define EINTR 4
#define EAGAIN 11
#define EINPROGRESS 115
#define ERESTARTSYS 512
#define ERESTART_RESTARTBLOCK 516
#define MAX_ERRNO 4095

#define SOL_SOCKET 1
#define SO_ERROR 4
#define AF_INET 2
#define AF_INET6 10
#define S_IFMT 00170000
#define S_IFSOCK 0140000

#define CALLS_A_SECOND 20000

struct call_record {
	struct es_call call;
	__u64 stack[ES_CALL_FRAMES];
	__u8 text[ES_CALL_TEXT];
};

static __always_inline int is_pid_watched(__u32 pid)
{
	__u32 *flags = bpf_map_lookup_elem(&watched, &pid);

	return flags && *flags & ES_WATCH_CALLS;
}

static __always_inline int is_call_watched(void)
{
	return is_pid_watched(task_pid(bpf_get_current_task_btf()->group_leader));
}

/*
 * The watched process that the current task's calls are told of; 0: none. Between fork and exec Go's child runs in its
 * parent's memory, on the stack of the goroutine that starts it (syscall.forkAndExecInChild1, CLONE_VFORK|CLONE_VM).
 */
static __always_inline __u32 caller_pid(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct *parent = task->real_parent;
	__u32 pid = task_pid(task->group_leader);

	if (is_pid_watched(pid))
		return pid;
	if (!parent || !task->mm || task->mm != parent->mm)
		return 0;
	pid = task_pid(parent->group_leader);
	return is_pid_watched(pid) ? pid : 0;
}

SEC("tp_btf/sys_enter")
int on_call_enter(__u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = bpf_task_storage_get(&threads, task, 0, 0);

	if (!thread && is_call_watched()) {
		thread = bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (thread)
			thread->sum.since = bpf_ktime_get_ns();
	}
	if (thread) {
		thread->entered = bpf_ktime_get_ns();
		thread->call = ctx[1];
	}
	return 0;
}

/* Frame pointers from the register on: the innermost return addresses. */
static __always_inline void put_call_stack(struct call_record *record, __u64 fp)
{
	__u32 n = 0;

	for (int i = 0; i < ES_CALL_FRAMES; i++) {
		__u64 frame[2];

		if (!fp || fp & 7 || bpf_probe_read_user(frame, sizeof(frame), (void *)fp))
			break;
		record->stack[i] = frame[1];
		n = i + 1;
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
	record->call.frames = n;
}

static __always_inline void put_socket(struct es_call *call, struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	struct sock_common *common = &sk->__sk_common;

	if (!sk)
		return;
	call->family = BPF_CORE_READ(common, skc_family);
	call->flags |= ES_CALL_SOCKET;
	if (call->family == AF_INET) {
		call->local[0] = BPF_CORE_READ(common, skc_rcv_saddr);
		call->remote[0] = BPF_CORE_READ(common, skc_daddr);
	} else if (call->family == AF_INET6) {
		bpf_core_read(call->local, 16, &common->skc_v6_rcv_saddr);
		bpf_core_read(call->remote, 16, &common->skc_v6_daddr);
	} else {
		return;
	}
	call->local_port = BPF_CORE_READ(common, skc_num);
	call->remote_port = __builtin_bswap16(BPF_CORE_READ(common, skc_dport));
}

static __always_inline void put_file_names(struct call_record *record, struct file *file)
{
	int whole;

	record->call.text_len = put_names(record->text, file, &whole);
	record->call.flags |= ES_CALL_FILE;
}

static __always_inline void put_descriptor(struct call_record *record, __u64 fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slots = BPF_CORE_READ(table, fd);
	struct file *file = 0;

	record->call.flags |= ES_CALL_FD;
	record->call.fd = fd;
	if (fd >= BPF_CORE_READ(table, max_fds) || bpf_probe_read_kernel(&file, sizeof(file), slots + fd) || !file)
		return;
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFSOCK)
		put_socket(&record->call, file);
	else if (!record->call.text_len)
		put_file_names(record, file);
}

static __always_inline void put_text(struct call_record *record, __u64 number)
{
	struct es_call *call = &record->call;
	__u32 path = path_argument(number);
	__u64 address = path == 1 ? call->args[0] : call->args[1];
	long got;

	if (path) {
		got = bpf_probe_read_user_str(record->text, ES_CALL_TEXT, (void *)address);
		if (got > 0) {
			call->text_len = at_most(got - 1, ES_CALL_TEXT);
			call->flags |= ES_CALL_PATH;
		}
		return;
	}
	if (number == NR_connect || number == NR_bind) {
		__u32 length = at_most(call->args[2], 128);

		if (length && !bpf_probe_read_user(record->text, length, (void *)call->args[1])) {
			call->text_len = length;
			call->flags |= ES_CALL_ADDRESS;
		}
	}
}

/* At most so many a second: a program that fails in a loop must not fill the ring. A few more in a race don't matter. */
static __always_inline int within_call_rate(struct totals *sum, __u64 now)
{
	__u64 second = now / 1000000000ull;

	if (sum->call_second != second) {
		sum->call_second = second;
		sum->call_count = 0;
	}
	return ++sum->call_count <= CALLS_A_SECOND;
}

/* The errno that the call failed with, or that it told of; 0: none that matters. */
static __always_inline __u32 call_error(struct pt_regs *regs, long result, __u64 number)
{
	__u32 error = 0;

	if (result < 0 && result >= -MAX_ERRNO) {
		error = -result;
		if (error == EAGAIN || error == EINTR || error == EINPROGRESS || number == NR_futex ||
		    (error >= ERESTARTSYS && error <= ERESTART_RESTARTBLOCK))
			return 0;
		return error;
	}
	if (!result && number == NR_getsockopt && CALL_ARG1(regs) == SOL_SOCKET && CALL_ARG2(regs) == SO_ERROR) {
		if (bpf_probe_read_user(&error, sizeof(error), (void *)CALL_ARG3(regs)))
			return 0;
		return error == EINPROGRESS ? 0 : error;
	}
	return 0;
}

/* A record of a failure of the current task, told of process `pid`; 0 where it can't be had, which is counted. */
static __always_inline struct call_record *begin_call(__u32 pid, __u32 flags, __u32 number, __u32 error)
{
	struct call_record *record;
	__u64 now = bpf_ktime_get_ns();
	__u32 zero = 0;
	struct totals *sum = bpf_map_lookup_elem(&totals, &zero);

	if (!sum)
		return 0;
	record = within_call_rate(sum, now) ? bpf_ringbuf_reserve(&ring, sizeof(*record), 0) : 0;
	if (!record) {
		count(&sum->calls_lost);
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->call.kind = ES_REC_CALL;
	record->call.flags = flags;
	record->call.pid = pid;
	record->call.tid = task_pid(bpf_get_current_task_btf());
	record->call.number = number;
	record->call.error = error;
	record->call.mono = now;
	return record;
}

SEC("tp_btf/sys_exit")
int on_call_exit(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	long result = ctx[1];
	struct call_record *record;
	struct thread *thread;
	__u32 error, pid;
	__u64 number;

	if (result > 0)
		return 0;
	number = CALL_NUMBER(regs);
	/* negative: no call ends here, but a signal's handler, which restores the result of an earlier one */
	if ((long)number < 0 || (!result && number != NR_getsockopt))
		return 0;
	pid = caller_pid();
	if (!pid)
		return 0;
	error = call_error(regs, result, number);
	record = error ? begin_call(pid, result ? 0 : ES_CALL_SO_ERROR, number, error) : 0;
	if (!record)
		return 0;
	thread = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), 0, 0);
	record->call.start = thread ? thread->entered : 0;
	record->call.g = REG_G(regs);
	record->call.args[0] = CALL_ARG0(regs);
	record->call.args[1] = CALL_ARG1(regs);
	record->call.args[2] = CALL_ARG2(regs);
	record->call.args[3] = CALL_ARG3(regs);
	record->call.args[4] = CALL_ARG4(regs);
	record->call.args[5] = CALL_ARG5(regs);
	put_text(record, number);
	if (has_descriptor(number))
		put_descriptor(record, number == NR_epoll_ctl ? CALL_ARG2(regs) : CALL_ARG0(regs));
	put_call_stack(record, REG_FP(regs));
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}

/* A request of io_uring failed. Whose goroutine wanted it, nobody can tell: the program reads the result from memory. */
static __always_inline int ring_completed(void *request, __s32 result)
{
	struct io_kiocb *kiocb = request; /* 0: a completion that no request is behind any more */
	__u32 number = kiocb ? BPF_CORE_READ(kiocb, opcode) : ES_NOT_DETERMINED;
	__u32 pid = task_pid(bpf_get_current_task_btf()->group_leader);
	__u32 error = -result;
	struct call_record *record;

	if (result >= 0 || result < -MAX_ERRNO || error == EAGAIN || error == EINTR || !is_pid_watched(pid))
		return 0;
	record = begin_call(pid, ES_CALL_RING, number, error);
	if (!record)
		return 0;
	if (kiocb) {
		struct file *file = BPF_CORE_READ(kiocb, file);

		if (file && (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFSOCK)
			put_socket(&record->call, file);
		else if (file)
			put_file_names(record, file);
	}
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}

/* Newer kernels give the completion queue's entry (include/uapi/linux/io_uring.h), older ones its parts. */
SEC("tp_btf/io_uring_complete")
int on_ring(__u64 *ctx)
{
	__s32 result;

	if (bpf_probe_read_kernel(&result, sizeof(result), (void *)(ctx[2] + 8)))
		return 0;
	return ring_completed((void *)ctx[1], result);
}

SEC("tp_btf/io_uring_complete")
int on_ring_parts(__u64 *ctx)
{
	return ring_completed((void *)ctx[1], (__s32)ctx[3]);
}
#endif
