/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * System calls that failed, of watched processes: which, with what, on which goroutine and from where in the program. The
 * server finds among them the one behind a syscall.Errno. Successful calls cost the check of a register.
 */
#ifndef ERRSCOPE_CALLS_BPF_H
#define ERRSCOPE_CALLS_BPF_H

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

#if defined(__TARGET_ARCH_x86)
/* arch/x86/entry/syscalls/syscall_64.tbl */
enum {
	NR_connect = 42, NR_bind = 49, NR_getsockopt = 55, NR_futex = 202, NR_epoll_ctl = 233,
};
#define CALL_NUMBER(regs) ((regs)->orig_ax)
#define CALL_ARG0(regs) ((regs)->di)
#define CALL_ARG1(regs) ((regs)->si)
#define CALL_ARG2(regs) ((regs)->dx)
#define CALL_ARG3(regs) ((regs)->r10)
#define CALL_ARG4(regs) ((regs)->r8)
#define CALL_ARG5(regs) ((regs)->r9)

/* Which argument is a path: 1 + its index; 0 none. */
static __always_inline __u32 path_argument(__u64 number)
{
	switch (number) {
	case 2: case 4: case 6: case 21: case 59: case 76: case 80: case 82: case 83: case 84: case 85: case 86: case 87:
	case 88: case 89: case 90: case 92: case 94: case 132: case 133: case 137: case 161: case 188: case 189: case 191:
	case 192: case 194: case 195: case 197: case 235:
		return 1;
	case 254: case 257: case 258: case 259: case 260: case 261: case 262: case 263: case 264: case 265: case 267:
	case 268: case 269: case 280: case 316: case 322: case 332: case 437: case 439: case 452:
		return 2;
	}
	return 0;
}

/* Calls whose first argument is a descriptor, and no path says more. */
static __always_inline int has_descriptor(__u64 number)
{
	switch (number) {
	case 0: case 1: case 3: case 5: case 8: case 16: case 17: case 18: case 19: case 20: case 32: case 33: case 40:
	case 42: case 43: case 44: case 45: case 46: case 47: case 48: case 49: case 50: case 51: case 52: case 54: case 55:
	case 72: case 73: case 74: case 75: case 77: case 78: case 81: case 91: case 93: case 138: case 217: case 221:
	case 233: case 275: case 277: case 278: case 285: case 288: case 292: case 295: case 296: case 299: case 307:
	case 326: case 327: case 328: case 436:
		return 1;
	}
	return 0;
}
#else
/* include/uapi/asm-generic/unistd.h */
enum {
	NR_connect = 203, NR_bind = 200, NR_getsockopt = 209, NR_futex = 98, NR_epoll_ctl = 21,
};
#define CALL_NUMBER(regs) ((regs)->regs[8])
#define CALL_ARG0(regs) ((regs)->regs[0]) /* the result by then: of failed calls the first argument isn't known */
#define CALL_ARG1(regs) ((regs)->regs[1])
#define CALL_ARG2(regs) ((regs)->regs[2])
#define CALL_ARG3(regs) ((regs)->regs[3])
#define CALL_ARG4(regs) ((regs)->regs[4])
#define CALL_ARG5(regs) ((regs)->regs[5])
static __always_inline __u32 path_argument(__u64 number)
{
	switch (number) {
	case 33: case 34: case 35: case 38: case 48: case 53: case 54: case 56: case 78: case 79: case 276: case 291:
	case 437: case 439: case 452:
		return 2;
	case 49: case 51: case 221:
		return 1;
	}
	return 0;
}
static __always_inline int has_descriptor(__u64 number)
{
	return 0;
}
#endif

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

#define NAME 64 /* of a path's element, at most; longer ones are cut */
#define NAMES 24

/* From the file to the root of the process's mounts. */
static __always_inline void put_file_names(struct call_record *record, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct vfsmount *vfs = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount = (void *)vfs - bpf_core_field_offset(struct mount, mnt);
	__u32 at = 0;

	for (int i = 0; i < NAMES; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		long got;

		if (parent == dentry || dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *below = BPF_CORE_READ(mount, mnt_parent);

			if (below != mount) {
				dentry = BPF_CORE_READ(mount, mnt_mountpoint);
				mount = below;
				continue;
			}
		}
		if (!dentry || at > ES_CALL_TEXT - NAME)
			break;
		got = bpf_probe_read_kernel_str(record->text + at, NAME, BPF_CORE_READ(dentry, d_name.name));
		if (got <= 0)
			break;
		at += at_most(got, NAME);
		if (parent == dentry)
			break;
		dentry = parent;
	}
	record->call.text_len = at;
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

SEC("tp_btf/sys_exit")
int on_call_exit(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	long result = ctx[1];
	struct task_struct *task;
	struct call_record *record;
	struct totals *sum;
	__u64 number, now;
	struct thread *thread;
	__u32 zero = 0, error, pid;

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
	sum = bpf_map_lookup_elem(&totals, &zero);
	if (!error || !sum)
		return 0;
	now = bpf_ktime_get_ns();
	record = within_call_rate(sum, now) ? bpf_ringbuf_reserve(&ring, sizeof(*record), 0) : 0;
	if (!record) {
		count(&sum->calls_lost);
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	task = bpf_get_current_task_btf();
	thread = bpf_task_storage_get(&threads, task, 0, 0);
	record->call.kind = ES_REC_CALL;
	record->call.flags = result ? 0 : ES_CALL_SO_ERROR;
	record->call.pid = pid;
	record->call.tid = task_pid(task);
	record->call.number = number;
	record->call.error = error;
	record->call.mono = now;
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
	struct task_struct *task = bpf_get_current_task_btf();
	struct call_record *record;
	struct totals *sum;
	struct io_kiocb *kiocb = request;
	__u32 zero = 0, error = -result;
	__u64 now;

	if (result >= 0 || result < -MAX_ERRNO || error == EAGAIN || error == EINTR || !is_call_watched())
		return 0;
	sum = bpf_map_lookup_elem(&totals, &zero);
	if (!sum)
		return 0;
	now = bpf_ktime_get_ns();
	record = within_call_rate(sum, now) ? bpf_ringbuf_reserve(&ring, sizeof(*record), 0) : 0;
	if (!record) {
		count(&sum->calls_lost);
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->call.kind = ES_REC_CALL;
	record->call.flags = ES_CALL_RING;
	record->call.pid = task_pid(task->group_leader);
	record->call.tid = task_pid(task);
	record->call.error = error;
	record->call.mono = now;
	if (kiocb) {
		struct file *file = BPF_CORE_READ(kiocb, file);

		record->call.number = BPF_CORE_READ(kiocb, opcode);
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
