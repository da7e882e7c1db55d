// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_FEATURES: what this machine can do, each by trying it, with the reason where it can't. */
#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "tracer.h"

static void feature(struct tracer *t, uint32_t seq, enum es_feature_id id, bool ok, const char *format, ...)
{
	struct es_feature head = { .id = id, .ok = ok };
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	reply(t, ES_REPLY_FEATURE, seq, &head, sizeof(head), text, strlen(text));
}

/* The first line of a small file with `name`, or an empty text. */
static void read_line(const char *path, const char *name, char *line, size_t size)
{
	FILE *file = fopen(path, "re");

	line[0] = 0;
	while (file && fgets(line, size, file) && strncmp(line, name, strlen(name)))
		line[0] = 0;
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = 0;
}

/* By loading a program that does nothing on it: libbpf's own probe asks for more than this project needs. */
static bool has_tracepoint(const char *name)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct btf *btf = btf__load_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) : -1;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_RAW_TP, .attach_btf_id = id);
	int program = id > 0 ? bpf_prog_load(BPF_PROG_TYPE_TRACING, "nothing", "GPL", code, 2, &options) : -1;

	btf__free(btf);
	if (program >= 0)
		close(program);
	return program >= 0;
}

static void feature_lockdown(struct tracer *t, uint32_t seq)
{
	char line[128];
	bool confidential;

	read_line("/sys/kernel/security/lockdown", "", line, sizeof(line));
	confidential = strstr(line, "[confidentiality]") != NULL;
	if (!line[0])
		feature(t, seq, ES_FEATURE_LOCKDOWN, true, "not known: securityfs isn't mounted, or the kernel has no lockdown");
	else
		feature(t, seq, ES_FEATURE_LOCKDOWN, !confidential, "%s%s", line,
			confidential ? ": BPF may not read memory; boot with lockdown=integrity or none" : "");
}

static bool has_capability(int number)
{
	char line[128];

	read_line("/proc/self/status", "CapEff:", line, sizeof(line));
	return strtoull(line + strcspn(line, "\t"), NULL, 16) >> number & 1;
}

static void feature_capabilities(struct tracer *t, uint32_t seq)
{
	static const struct {
		int number;
		const char *name;
	} wanted[] = {
		{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },   { CAP_BPF, "CAP_BPF" },
		{ CAP_PERFMON, "CAP_PERFMON" },	      { CAP_SYS_PTRACE, "CAP_SYS_PTRACE" },
		{ CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH" },
	};
	char missing[256] = "";

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		/* CAP_SYS_ADMIN includes the two of BPF */
		bool has = has_capability(wanted[i].number) || ((i == 1 || i == 2) && has_capability(CAP_SYS_ADMIN));

		if (!has && i > 0)
			snprintf(missing + strlen(missing), sizeof(missing) - strlen(missing), " %s", wanted[i].name);
	}
	feature(t, seq, ES_FEATURE_CAPABILITIES, !missing[0], "%s%s", missing[0] ? "missing:" : "all that are needed", missing);
}

static void feature_perf_uprobe(struct tracer *t, uint32_t seq)
{
	bool there = access("/sys/bus/event_source/devices/uprobe/type", R_OK) == 0;

	feature(t, seq, ES_FEATURE_PERF_UPROBE, there,
		there ? "used on kernels without uprobe_multi, for a limited number of sites" :
			"no uprobe event source: the kernel needs CONFIG_UPROBE_EVENTS, and sysfs must be mounted");
}

static void feature_memory(struct tracer *t, uint32_t seq)
{
	LIBBPF_OPTS(bpf_map_create_opts, options);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "try", 4, 4 << 20, 1, &options);
	int error = errno;
	struct rlimit limit = {};

	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (map >= 0)
		close(map);
	feature(t, seq, ES_FEATURE_MEMLOCK, map >= 0, map >= 0 ? "a 4 MB map can be made" :
		"a 4 MB map can't be made: %s; the limit on locked memory (ulimit -l) is %llu bytes", strerror(error),
		(unsigned long long)limit.rlim_cur);
}

/* 0 where the memory of a process can be read, else errno. Kernel threads and what has ended have none: ESRCH. */
static int read_error(unsigned int pid)
{
	char path[32];
	struct stat status;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	/* of a kernel thread there is no such file to follow, of a protected process it may not be followed */
	if (stat(path, &status) && errno == ENOENT)
		return ESRCH;
	snprintf(path, sizeof(path), "/proc/%u/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* By reading every process: a capability says what is allowed in general, a security module may protect single processes. */
static void feature_ptrace(struct tracer *t, uint32_t seq)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned int all = 0, refused = 0, first = 0;
	bool held = has_capability(CAP_SYS_PTRACE);

	while (proc && (entry = readdir(proc))) {
		unsigned int pid = strtoul(entry->d_name, NULL, 10); /* 0: no process's folder */
		int error = pid ? read_error(pid) : ESRCH;
		bool no = error == EACCES || error == EPERM;

		if (error && !no)
			continue;
		all++;
		if (no && !refused++)
			first = pid;
	}
	if (proc)
		closedir(proc);
	if (!refused)
		feature(t, seq, ES_FEATURE_PTRACE, true, "every process that /proc shows can be read");
	else if (held)
		feature(t, seq, ES_FEATURE_PTRACE, true,
			"%u of %u processes can't be read (first: %u), though CAP_SYS_PTRACE is held: "
			"a security module or a user namespace protects them", refused, all, first);
	else
		feature(t, seq, ES_FEATURE_PTRACE, false,
			"%u of %u processes can't be read: CAP_SYS_PTRACE is needed for those of other users or with more privileges", refused, all);
}

static void feature_pids(struct tracer *t, uint32_t seq)
{
	if (!proc_is_own())
		feature(t, seq, ES_FEATURE_PIDS, false, FOREIGN_PROC);
	else
		feature(t, seq, ES_FEATURE_PIDS, true, "%s", own_pid_namespace() ?
			"in a pid namespace: processes outside it are neither listed nor traced (docker run --pid=host shows them)" :
			"every process of this machine, in containers too");
}

void command_features(struct tracer *t, uint32_t seq)
{
	struct utsname name;
	bool btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	bool bpf = libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_KPROBE, NULL) == 1;
	bool multi = kernel_has_uprobe_multi(), sleepable = kernel_has_sleepable_uprobes();
	bool loop = libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_loop, NULL) == 1;
	bool ring = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 1;
	bool tracing = has_tracepoint("btf_trace_sched_process_exit");
	bool calls = has_tracepoint("btf_trace_sys_enter") && has_tracepoint("btf_trace_sys_exit");
	/* sched_switch has told the state of the task that leaves since 5.18 */
	bool sched = has_tracepoint("btf_trace_sched_switch") && kernel_at_least(5, 18);
	char missing[256];
	const char *privilege = bpf ? "" : " (programs can't be loaded at all: see BPF)";

	uname(&name);
	feature(t, seq, ES_FEATURE_KERNEL, kernel_at_least(5, 17), "Linux %s %s%s", name.release, name.machine,
		kernel_at_least(5, 17) ? "" : ": 5.17 or newer is needed");
	feature(t, seq, ES_FEATURE_BTF, btf,
		btf ? "/sys/kernel/btf/vmlinux" : "no /sys/kernel/btf/vmlinux: the kernel needs CONFIG_DEBUG_INFO_BTF");
	feature(t, seq, ES_FEATURE_BPF, bpf,
		bpf ? "programs can be loaded" : "programs can't be loaded: root, or CAP_BPF and CAP_PERFMON, is needed");
	feature(t, seq, ES_FEATURE_RINGBUF, ring,
		ring ? "events leave the kernel in order, and what is lost is counted" :
		       "no ring buffer%s: Linux 5.8 or newer has it", privilege);
	feature(t, seq, ES_FEATURE_LOOP, loop,
		loop ? "whole stacks and long chains can be followed (bpf_loop)" :
		       "no bpf_loop%s: Linux 5.17 or newer is needed", privilege);
	feature(t, seq, ES_FEATURE_UPROBE_MULTI, multi,
		multi ? "thousands of sites in milliseconds" : "no uprobe_multi%s: Linux 6.6 or newer has it; else 512 sites",
		privilege);
	feature(t, seq, ES_FEATURE_SLEEPABLE, sleepable,
		sleepable ? "pages that the target never touched can be read" :
			    "no sleepable uprobes%s: Linux 6.0 or newer has them", privilege);
	feature_perf_uprobe(t, seq);
	feature(t, seq, ES_FEATURE_TRACEPOINTS, tracing,
		tracing ? "starts and ends of processes are seen" : "no BTF tracepoints%s", privilege);
	feature(t, seq, ES_FEATURE_CALLS, calls,
		calls ? "failed system calls are linked to the errors that they become" :
			"no BTF tracepoints on system calls%s: errors don't say which failed call they came from", privilege);
	missing_programs(missing, sizeof(missing));
	if (!sched)
		feature(t, seq, ES_FEATURE_SCHED, sched,
			"when threads ran is not seen%s: Linux 5.18 or newer is needed", privilege);
	else
		feature(t, seq, ES_FEATURE_SCHED, sched, "errors say what kept their thread from running%s%s",
			missing[0] ? "; this kernel has no tracepoints for " : "", missing);
	feature_lockdown(t, seq);
	feature_capabilities(t, seq);
	feature_memory(t, seq);
	feature_ptrace(t, seq);
	feature_pids(t, seq);
	reply_done(t, seq);
}
