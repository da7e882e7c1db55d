/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* The parts of the tracer and how they see each other: one struct holds all state, one file does one thing. */
#ifndef ERRSCOPE_TRACER_H
#define ERRSCOPE_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/types.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "../wire.h"

#define FOREIGN_PROC                                                                                                     \
	"/proc is of another pid namespace than errscope: its numbers are not the ones that errscope would be told. Mount "  \
	"procfs anew (unshare --mount-proc), or run errscope in the host's pid namespace (docker run --pid=host)"
#define MAX_PLANS 256 /* as in maps.bpf.h */

struct options {
	uint32_t max_sites;
	uint32_t ring_bytes;
	size_t spool_bytes;
	bool verbose;
};

/* ---- spool.c: what waits to be written to stdout ---- */

struct chunk;
struct spool {
	struct chunk *first, *last, *spare;
	size_t used, peak;
	uint64_t records;
};
void spool_put(struct spool *spool, const void *bytes, size_t size);
/* 0: written or would block; -1: the reader is gone. */
int spool_write(struct spool *spool, int fd);

/* ---- kernel.c: the BPF object ---- */

struct kernel;
#define PROCESS_PROGRAMS 5
#define FAILED_CALLS 4 /* programs on system calls */
#define CALL_PROGRAMS 17
/* A program on a tracepoint. `optional`: kernels that don't have the tracepoint do without. */
struct tracepoint_program {
	const char *program, *tracepoint;
	bool optional;
	int pointer;      /* this argument (1: the first) is a pointer, or if negative isn't; 0: any kernel's form will do */
	const char *what; /* what isn't seen without it, of optional ones; NULL: said with another */
};
extern const struct tracepoint_program process_programs[PROCESS_PROGRAMS];
/* Two for failed calls, then those for when threads ran. */
extern const struct tracepoint_program call_programs[CALL_PROGRAMS];
void missing_programs(char *text, size_t size);
int attach_programs(struct kernel *kernel, const struct tracepoint_program *programs, struct bpf_link **links, int count);

struct kernel {
	struct bpf_object *object;
	struct bpf_program *multi, *perf; /* multi: NULL if this kernel has no uprobe_multi */
	struct ring_buffer *ring;
	bool sleepable;
	bool pid_filter; /* uprobe_multi's own filter by process can be trusted */
	bool tracepoints;
	struct bpf_link *process_links[PROCESS_PROGRAMS];
	bool calls; /* failed system calls, and when threads ran, can be seen */
	struct bpf_link *call_links[CALL_PROGRAMS];
	int plans, sites, counters, itabs, interfaces, layouts, filter, watched, totals; /* maps */
};

/* ---- plan.c, attach.c ---- */

struct plan {
	uint32_t first_site, sites;
	unsigned long *offsets; /* in the file */
	/* Probes in all processes, narrowed by our program: to those followed, or where the kernel's own filter can't be used. */
	struct probes *shared;
	uint32_t shared_users;
};

/* The kernel's links of one attachment: one, or one a site with perf uprobes. */
struct probes {
	struct bpf_link **links;
	uint32_t count;
	uint32_t attached, skipped, method;
	struct es_bad_site *bad;
	uint32_t bad_count;
};
struct attachment {
	struct attachment *next;
	uint32_t id, plan;
	uint32_t pid;  /* 0: every process of the file */
	bool followed; /* of these, those that are watched with ES_WATCH_FOLLOW */
	struct probes *probes; /* NULL: the plan's shared ones */
};

/* ---- read.c: a file being streamed; commands wait until it's done ---- */

struct reading {
	int fd; /* -1: none */
	uint32_t seq;
	uint64_t offset, left;
	bool to_end;
	bool positioned; /* pread; else read in sequence */
};

struct tracer {
	struct options options;
	struct spool spool;
	struct kernel kernel;
	struct plan plans[MAX_PLANS];
	uint32_t plan_count, site_count;
	struct attachment *attachments;
	uint32_t last_attachment;
	struct reading reading;
	uint8_t *input; /* bytes of commands, not yet whole */
	size_t input_size, input_capacity;
};

/* ---- reply.c ---- */

void reply(struct tracer *t, uint16_t type, uint32_t seq, const void *head, size_t head_size, const void *body,
	   size_t body_size);
void reply_done(struct tracer *t, uint32_t seq);
/* `code` is an errno or 0; the text says what happened and what to do. */
void reply_error(struct tracer *t, uint32_t seq, enum es_reason reason, int code, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The reason that fits an errno of a system call on the kernel's tracing side. */
enum es_reason reason_of(int code);

/* ---- commands: `payload` has `size` bytes and isn't aligned ---- */

/* Bytes of whole commands taken from the input, each carried out; stops while a file is being streamed. */
void commands_run(struct tracer *t);
void command_list(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);
void command_read(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);
void command_plan(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);
void command_attach(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);
void command_detach(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);
void command_stats(struct tracer *t, uint32_t seq);
void command_watch(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);
void command_features(struct tracer *t, uint32_t seq);
void command_clock(struct tracer *t, uint32_t seq);
void command_gather(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size);

/* Sends chunks while the spool is short. */
void reading_go_on(struct tracer *t);
void detach_all(struct tracer *t);

/* Loads the BPF object if that wasn't done yet. 0, or a negative errno, and then the error was replied. */
int kernel_load(struct tracer *t, uint32_t seq);
void kernel_close(struct kernel *kernel);
bool kernel_has_uprobe_multi(void);
bool kernel_has_sleepable_uprobes(void);
bool kernel_at_least(int major, int minor);
/* Whether /proc shows the processes of our own pid namespace, so that its numbers are ours. */
bool proc_is_own(void);
/* Inode number of our pid namespace, 0 for the initial one. */
uint32_t own_pid_namespace(void);

/* Identity of an open file. */
int file_identity(int fd, struct es_file *file);
/* Opens for reading what `place` (O_PATH; closed) leads to, if it's a regular file: to open a device may do something. */
int open_regular(int place);
bool process_exists(uint32_t pid);

#endif
