// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* What this kernel can do, and the BPF object loaded accordingly, when it is first needed. */
#include <errno.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "tracer.h"

extern const uint8_t object_sleepable[], object_sleepable_end[], object_nosleep[], object_nosleep_end[];

#define INITIAL_PID_NAMESPACE 0xEFFFFFFC /* include/linux/proc_ns.h: PROC_PID_INIT_INO */

bool kernel_at_least(int major, int minor)
{
	struct utsname name;
	int a = 0, b = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &a, &b);
	return a > major || (a == major && b >= minor);
}

/* A program that does nothing; its descriptor, or a negative errno. */
static int load_nothing(enum bpf_attach_type attach_type, uint32_t flags)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = attach_type, .prog_flags = flags);

	return bpf_prog_load(BPF_PROG_TYPE_KPROBE, "nothing", "GPL", code, 2, &options);
}

bool kernel_has_sleepable_uprobes(void)
{
	int program = load_nothing(0, BPF_F_SLEEPABLE);

	if (program >= 0)
		close(program);
	return program >= 0;
}

/* A link to a path that is no file: a kernel that knows uprobe_multi complains about the path, others about the type. */
bool kernel_has_uprobe_multi(void)
{
	unsigned long offset = 0;
	LIBBPF_OPTS(bpf_link_create_opts, options, .uprobe_multi.path = "/", .uprobe_multi.offsets = &offset,
		    .uprobe_multi.cnt = 1);
	int program = load_nothing(BPF_TRACE_UPROBE_MULTI, 0);
	int link, error;

	if (program < 0)
		return false;
	link = bpf_link_create(program, -1, BPF_TRACE_UPROBE_MULTI, &options);
	error = link;
	if (link >= 0)
		close(link);
	close(program);
	return error == -EBADF;
}

uint32_t own_pid_namespace(void)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status))
		return 0;
	return status.st_ino == INITIAL_PID_NAMESPACE ? 0 : status.st_ino;
}

bool proc_is_own(void)
{
	char self[16] = "";

	return readlink("/proc/self", self, sizeof(self) - 1) > 0 && strtol(self, NULL, 10) == getpid();
}

static int set_option(struct bpf_object *object, const char *name, const void *value, size_t size)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, id) : NULL;
	size_t map_size = 0;
	uint8_t *bytes = map ? bpf_map__initial_value(map, &map_size) : NULL;

	for (int i = 0; section && bytes && i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *variable = btf_var_secinfos(section) + i;
		const struct btf_type *type = btf__type_by_id(btf, variable->type);

		if (strcmp(btf__name_by_offset(btf, type->name_off), name))
			continue;
		if (variable->size != size || variable->offset + size > map_size)
			return -EINVAL;
		memcpy(bytes + variable->offset, value, size);
		return 0;
	}
	return -ENOENT;
}

const struct tracepoint_program process_programs[PROCESS_PROGRAMS] = {
	{ "on_exec", "btf_trace_sched_process_exec", false, 0, NULL },
	{ "on_fork", "btf_trace_sched_process_fork", false, 0, NULL },
	{ "on_exit", "btf_trace_sched_process_exit", false, 0, NULL },
	{ "on_signal", "btf_trace_signal_generate", true, 0, "who sent a signal" },
	{ "on_oom", "btf_trace_mark_victim", true, 1, "the OOM killer" },
};

const struct tracepoint_program call_programs[CALL_PROGRAMS] = {
	{ "on_call_enter", "btf_trace_sys_enter", false, 0, NULL },
	{ "on_call_exit", "btf_trace_sys_exit", false, 0, NULL },
	{ "on_ring", "btf_trace_io_uring_complete", true, 3, NULL },
	{ "on_ring_parts", "btf_trace_io_uring_complete", true, -3, NULL },
	{ "on_switch", "btf_trace_sched_switch", false, 0, NULL },
	{ "on_wakeup", "btf_trace_sched_wakeup", false, 0, NULL },
	{ "on_softirq_entry", "btf_trace_softirq_entry", false, 0, NULL },
	{ "on_softirq_exit", "btf_trace_softirq_exit", false, 0, NULL },
	{ "on_irq_entry", "btf_trace_irq_handler_entry", true, 0, "interrupts" },
	{ "on_irq_exit", "btf_trace_irq_handler_exit", true, 0, NULL },
#if defined(__x86_64__)
	{ "on_timer_entry", "btf_trace_local_timer_entry", true, 0, NULL },
	{ "on_timer_exit", "btf_trace_local_timer_exit", true, 0, NULL },
#endif
	{ "on_fault", "btf_trace_page_fault_user", true, 0, "page faults" },
	{ "on_reclaim_begin", "btf_trace_mm_vmscan_direct_reclaim_begin", true, 0, "reclaim" },
	{ "on_reclaim_end", "btf_trace_mm_vmscan_direct_reclaim_end", true, 0, NULL },
	{ "on_group_reclaim_begin", "btf_trace_mm_vmscan_memcg_reclaim_begin", true, 0, NULL },
	{ "on_group_reclaim_end", "btf_trace_mm_vmscan_memcg_reclaim_end", true, 0, NULL },
};

static const struct btf *kernel_btf(void)
{
	static struct btf *btf;

	if (!btf)
		btf = btf__load_vmlinux_btf();
	return btf;
}

/* Whether this kernel has the tracepoint, in the form that the program is for. */
static bool has_form(const struct tracepoint_program *entry)
{
	const struct btf *btf = kernel_btf();
	const struct btf_type *type;
	int argument = entry->pointer < 0 ? -entry->pointer : entry->pointer;
	int id = btf ? btf__find_by_name_kind(btf, entry->tracepoint, BTF_KIND_TYPEDEF) : -1;

	if (id <= 0 || !argument)
		return id > 0;
	type = btf__type_by_id(btf, btf__type_by_id(btf, id)->type); /* the pointer to its function */
	type = type && btf_is_ptr(type) ? btf__type_by_id(btf, type->type) : NULL;
	if (!type || !btf_is_func_proto(type) || btf_vlen(type) <= argument)
		return false;
	type = btf__type_by_id(btf, btf_params(type)[argument].type); /* params[0] is the tracepoint's own */
	return type && btf_is_ptr(type) == (entry->pointer > 0);
}

static bool fits(const struct tracepoint_program *entry)
{
	return entry->program && (!entry->optional || has_form(entry));
}

/* What of the optional programs this kernel doesn't have, in words; "" if it has all. */
void missing_programs(char *text, size_t size)
{
	size_t used = 0;

	text[0] = 0;
	for (int i = 0; i < PROCESS_PROGRAMS + CALL_PROGRAMS; i++) {
		const struct tracepoint_program *entry =
			i < PROCESS_PROGRAMS ? &process_programs[i] : &call_programs[i - PROCESS_PROGRAMS];

		if (entry->what && !fits(entry) && used < size)
			used += snprintf(text + used, size - used, "%s%s", used ? ", " : "", entry->what);
	}
	if (!fits(&call_programs[2]) && !fits(&call_programs[3]) && used < size)
		snprintf(text + used, size - used, "%sio_uring's failures", used ? ", " : "");
}

static void load_programs(struct bpf_object *object, const struct tracepoint_program *programs, int count, bool wanted)
{
	for (int i = 0; i < count; i++) {
		if (programs[i].program)
			bpf_program__set_autoload(bpf_object__find_program_by_name(object, programs[i].program),
						  wanted && fits(&programs[i]));
	}
}

/* These tracepoints see every process of the machine: they are attached only once something is watched. */
int attach_programs(struct kernel *kernel, const struct tracepoint_program *programs, struct bpf_link **links, int count)
{
	for (int i = 0; i < count; i++) {
		if (links[i] || !fits(&programs[i]))
			continue;
		links[i] = bpf_program__attach(bpf_object__find_program_by_name(kernel->object, programs[i].program));
		if (!links[i] && !programs[i].optional)
			return -errno;
	}
	return 0;
}

static struct bpf_object *open_object(const struct tracer *t, bool sleepable, bool multi, bool tracepoints, bool calls)
{
	const uint8_t *start = sleepable ? object_sleepable : object_nosleep;
	const uint8_t *end = sleepable ? object_sleepable_end : object_nosleep_end;
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "errscope");
	struct bpf_object *object = bpf_object__open_mem(start, end - start, &options);
	uint32_t namespace = own_pid_namespace();

	if (!object)
		return NULL;
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_site_multi"), multi);
	load_programs(object, process_programs, PROCESS_PROGRAMS, tracepoints);
	load_programs(object, call_programs, CALL_PROGRAMS, calls);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "sites"), t->options.max_sites);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "counters"), t->options.max_sites);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "buckets"), t->options.max_sites);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "ring"), t->options.ring_bytes);
	if (set_option(object, "option_pid_namespace", &namespace, sizeof(namespace))) {
		bpf_object__close(object);
		errno = EINVAL;
		return NULL;
	}
	return object;
}

static int on_record(void *context, void *bytes, size_t size)
{
	struct tracer *t = context;

	reply(t, ES_RECORD, 0, bytes, size, NULL, 0);
	t->spool.records++;
	return 0;
}

static void explain(struct tracer *t, uint32_t seq, int error)
{
	if (error == -EPERM || error == -EACCES)
		reply_error(t, seq, ES_REASON_PRIVILEGE, error,
			    "the kernel refused to load the BPF programs (%s): run as root, or with CAP_BPF, CAP_PERFMON, "
			    "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; `errscope doctor` says what is missing",
			    strerror(-error));
	else if (access("/sys/kernel/btf/vmlinux", R_OK))
		reply_error(t, seq, ES_REASON_KERNEL, error,
			    "this kernel has no BTF (/sys/kernel/btf/vmlinux): one built with CONFIG_DEBUG_INFO_BTF is needed");
	else if (!kernel_at_least(5, 17))
		reply_error(t, seq, ES_REASON_KERNEL, error, "Linux 5.17 or newer is needed (bpf_loop)");
	else
		reply_error(t, seq, reason_of(error), error, "the BPF programs could not be loaded: %s; start the tracer with "
			    "--verbose to see why", strerror(-error));
}

int kernel_load(struct tracer *t, uint32_t seq)
{
	struct kernel *kernel = &t->kernel;
	bool multi, tracepoints = true, calls = true;
	struct bpf_object *object;
	int error;

	if (kernel->object)
		return 0;
	if (!proc_is_own()) {
		reply_error(t, seq, ES_REASON_SYSTEM, 0, FOREIGN_PROC);
		return -EINVAL;
	}
	multi = kernel_has_uprobe_multi();
	kernel->sleepable = kernel_has_sleepable_uprobes();
	kernel->pid_filter = kernel_at_least(6, 10); /* before, it let only the first thread through: commit 46ba0e49b642 */
	for (;;) {
		object = open_object(t, kernel->sleepable, multi, tracepoints, calls);
		error = object ? bpf_object__load(object) : -errno;
		if (!error)
			break;
		bpf_object__close(object);
		/* errors matter more than failed system calls, and than the end of processes */
		if (calls)
			calls = false;
		else if (tracepoints)
			tracepoints = false;
		else
			break;
	}
	if (error) {
		explain(t, seq, error);
		return error;
	}
	kernel->object = object;
	kernel->tracepoints = tracepoints;
	kernel->calls = calls;
	kernel->multi = multi ? bpf_object__find_program_by_name(object, "on_site_multi") : NULL;
	kernel->perf = bpf_object__find_program_by_name(object, "on_site_perf");
	kernel->plans = bpf_object__find_map_fd_by_name(object, "plans");
	kernel->sites = bpf_object__find_map_fd_by_name(object, "sites");
	kernel->counters = bpf_object__find_map_fd_by_name(object, "counters");
	kernel->itabs = bpf_object__find_map_fd_by_name(object, "itabs");
	kernel->interfaces = bpf_object__find_map_fd_by_name(object, "interfaces");
	kernel->layouts = bpf_object__find_map_fd_by_name(object, "layouts");
	kernel->filter = bpf_object__find_map_fd_by_name(object, "filter");
	kernel->watched = bpf_object__find_map_fd_by_name(object, "watched");
	kernel->totals = bpf_object__find_map_fd_by_name(object, "totals");
	kernel->ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "ring"), on_record, t, NULL);
	if (!kernel->ring) {
		error = -errno;
		reply_error(t, seq, ES_REASON_SYSTEM, error, "the ring buffer could not be mapped: %s", strerror(-error));
		kernel_close(kernel);
		return error;
	}
	return 0;
}

void kernel_close(struct kernel *kernel)
{
	for (int i = 0; i < PROCESS_PROGRAMS; i++)
		bpf_link__destroy(kernel->process_links[i]);
	for (int i = 0; i < CALL_PROGRAMS; i++)
		bpf_link__destroy(kernel->call_links[i]);
	ring_buffer__free(kernel->ring);
	bpf_object__close(kernel->object);
	memset(kernel, 0, sizeof(*kernel));
}
