// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/*
 * ES_CMD_ATTACH and ES_CMD_DETACH. What is probed must be the file that was analysed: a probe in the middle of an
 * instruction of another build would break the target.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "probes.h"

int file_identity(int fd, struct es_file *file)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	file->dev = status.st_dev;
	file->ino = status.st_ino;
	file->size = status.st_size;
	file->mtime = (__s64)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
	return 0;
}

/* The file, or -1 after an error was replied. */
static int open_target(struct tracer *t, uint32_t seq, const struct es_attach *command, const uint8_t *path, size_t size)
{
	char name[4096];
	struct es_file file;
	int fd;

	if (command->exe_pid)
		snprintf(name, sizeof(name), "/proc/%u/exe", command->exe_pid);
	else
		snprintf(name, sizeof(name), "%.*s", (int)size, (const char *)path);
	fd = open_regular(open(name, O_PATH | O_CLOEXEC));
	if (fd < 0 && command->exe_pid && errno == ENOENT)
		errno = ESRCH;
	if (fd < 0 || file_identity(fd, &file)) {
		reply_error(t, seq, reason_of(errno), errno, "%s can't be opened: %s", name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (memcmp(&file, &command->file, sizeof(file))) {
		close(fd);
		reply_error(t, seq, ES_REASON_CHANGED, ESTALE,
			    "%s is not the file that was analysed: it was replaced, or the process id was used again. Attach anew",
			    name);
		return -1;
	}
	return fd;
}

static bool is_all(const struct attachment *attachment)
{
	return !attachment->pid && !attachment->followed;
}

static bool is_all_meant(const struct es_attach *command)
{
	return !command->pid && !(command->flags & ES_ATTACH_FOLLOWED);
}

/* With probes in all processes and a filter in our program: where the kernel can't restrict them to those meant. */
static bool is_filtered(const struct tracer *t, const struct es_attach *command)
{
	bool multi = t->kernel.multi && !(command->flags & ES_ATTACH_PERF);

	if (command->flags & ES_ATTACH_FOLLOWED)
		return true;
	/* where there are shared probes already, a process's own would hit with them */
	return command->pid && (t->plans[command->plan].shared || !(multi && t->kernel.pid_filter));
}

/* Two probes at one place of one process would record each error twice; and the filter is one for all of a plan's. */
static bool overlaps(const struct tracer *t, const struct es_attach *command)
{
	bool filtered = is_filtered(t, command);

	for (const struct attachment *a = t->attachments; a; a = a->next)
		if (a->plan == command->plan && (is_all(a) || is_all_meant(command) || a->pid == command->pid ||
						 (filtered && a->probes)))
			return true;
	return false;
}

static int set_filtered(struct tracer *t, uint32_t plan, bool filtered)
{
	struct es_plan facts;
	int error = bpf_map_lookup_elem(t->kernel.plans, &plan, &facts);

	facts.filtered = filtered;
	return error ? error : bpf_map_update_elem(t->kernel.plans, &plan, &facts, BPF_ANY);
}

/* Probes for some processes where the kernel can't restrict them: in all processes, with a filter in our program. */
static int attach_filtered(struct tracer *t, struct target *target, struct attachment *attachment)
{
	struct plan *plan = &t->plans[attachment->plan];
	struct es_addr_key key = { .plan = attachment->plan, .addr = attachment->pid };
	uint8_t yes = 1;
	int error = attachment->pid ? bpf_map_update_elem(t->kernel.filter, &key, &yes, BPF_ANY) : 0;

	target->pid = -1;
	/* before the probes: they would tell of other processes */
	if (!error)
		error = set_filtered(t, attachment->plan, true);
	if (!error && !plan->shared)
		error = probes_place(target, plan, &plan->shared);
	if (!error) {
		plan->shared_users++;
		return 0;
	}
	bpf_map_delete_elem(t->kernel.filter, &key);
	if (!plan->shared_users)
		set_filtered(t, attachment->plan, false);
	return error;
}

static void reply_attached(struct tracer *t, uint32_t seq, const struct attachment *attachment)
{
	const struct probes *probes = attachment->probes ? attachment->probes : t->plans[attachment->plan].shared;
	struct es_attach_reply answer = {
		.link = attachment->id,
		.attached = probes->attached,
		.bad = probes->bad_count,
		.skipped = probes->skipped,
		.method = probes->method,
	};

	reply(t, ES_REPLY_ATTACH, seq, &answer, sizeof(answer), probes->bad, probes->bad_count * sizeof(*probes->bad));
	reply_done(t, seq);
}

static void refuse(struct tracer *t, uint32_t seq, int error)
{
	if (error == -EPERM || error == -EACCES)
		reply_error(t, seq, ES_REASON_PRIVILEGE, error,
			    "the kernel refused the probes (%s): run as root; perf uprobes need CAP_SYS_ADMIN", strerror(-error));
	else
		reply_error(t, seq, reason_of(error), error, "the kernel refused the probes: %s",
			    error == -ENOTSUPP ? "too many instructions that it can't probe" : strerror(-error));
}

void command_attach(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	struct kernel *kernel = &t->kernel;
	struct es_attach command;
	struct attachment *attachment;
	struct target target;
	char path[64];
	int fd, error;

	if (size < sizeof(command))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed attach command");
	memcpy(&command, payload, sizeof(command));
	if (command.plan >= t->plan_count || !t->plans[command.plan].offsets)
		return reply_error(t, seq, ES_REASON_UNKNOWN, 0, "there is no plan %u", command.plan);
	if (overlaps(t, &command))
		return reply_error(t, seq, ES_REASON_COMMAND, EEXIST, "plan %u is attached to that process already",
				   command.plan);
	if (command.pid && command.flags & ES_ATTACH_FOLLOWED)
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed attach command");
	if (command.pid && !process_exists(command.pid))
		return reply_error(t, seq, ES_REASON_NO_PROCESS, ESRCH, "there is no process %u", command.pid);
	fd = open_target(t, seq, &command, payload + sizeof(command), size - sizeof(command));
	if (fd < 0)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	target.multi = kernel->multi && !(command.flags & ES_ATTACH_PERF);
	target.program = target.multi ? kernel->multi : kernel->perf;
	target.path = path;
	target.pid = command.pid ? (pid_t)command.pid : -1;
	attachment = calloc(1, sizeof(*attachment));
	if (!attachment) {
		error = -ENOMEM;
	} else {
		attachment->plan = command.plan;
		attachment->pid = command.pid;
		attachment->followed = command.flags & ES_ATTACH_FOLLOWED;
		if (is_filtered(t, &command))
			error = attach_filtered(t, &target, attachment);
		else
			error = probes_place(&target, &t->plans[command.plan], &attachment->probes);
	}
	close(fd);
	if (error) {
		free(attachment);
		return refuse(t, seq, error);
	}
	(attachment->probes ? attachment->probes : t->plans[command.plan].shared)->method =
		target.multi ? (kernel->sleepable ? ES_METHOD_MULTI_SLEEPABLE : ES_METHOD_MULTI) :
			       (kernel->sleepable ? ES_METHOD_PERF_SLEEPABLE : ES_METHOD_PERF);
	attachment->id = ++t->last_attachment;
	attachment->next = t->attachments;
	t->attachments = attachment;
	reply_attached(t, seq, attachment);
}

static void detach(struct tracer *t, struct attachment *attachment)
{
	struct plan *plan = &t->plans[attachment->plan];
	struct es_addr_key key = { .plan = attachment->plan, .addr = attachment->pid };

	if (attachment->probes) {
		probes_remove(attachment->probes);
	} else {
		bpf_map_delete_elem(t->kernel.filter, &key);
		if (--plan->shared_users == 0) {
			probes_remove(plan->shared);
			plan->shared = NULL;
			set_filtered(t, attachment->plan, false);
		}
	}
	free(attachment);
}

void detach_all(struct tracer *t)
{
	while (t->attachments) {
		struct attachment *first = t->attachments;

		t->attachments = first->next;
		detach(t, first);
	}
}

void command_detach(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	struct es_detach command;
	struct attachment **at = &t->attachments, *found;

	if (size != sizeof(command))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed detach command");
	memcpy(&command, payload, sizeof(command));
	if (!command.link) {
		detach_all(t);
		return reply_done(t, seq);
	}
	while (*at && (*at)->id != command.link)
		at = &(*at)->next;
	found = *at;
	if (!found)
		return reply_error(t, seq, ES_REASON_UNKNOWN, 0, "there is no link %u", command.link);
	*at = found->next;
	detach(t, found);
	reply_done(t, seq);
}
