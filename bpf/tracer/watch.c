// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_WATCH: whose forks, execs and exits are recorded. ES_CMD_STATS: what was counted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tracer.h"

void command_watch(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	struct es_watch command;
	int error;

	if (size != sizeof(command))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed watch command");
	memcpy(&command, payload, sizeof(command));
	if (!command.pid && (command.flags & ~ES_WATCH_EXEC))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "of all processes only exec can be watched");
	if (kernel_load(t, seq))
		return;
	if (!t->kernel.tracepoints)
		return reply_error(t, seq, ES_REASON_KERNEL, EOPNOTSUPP,
				   "this kernel refuses BTF tracepoints: the end of processes can't be seen by the tracer");
	if (command.flags & ES_WATCH_CALLS && !t->kernel.calls)
		return reply_error(t, seq, ES_REASON_KERNEL, EOPNOTSUPP,
				   "this kernel refuses the programs that watch system calls: failed ones can't be seen");
	error = attach_programs(&t->kernel, process_programs, t->kernel.process_links, PROCESS_PROGRAMS);
	if (!error && command.flags & ES_WATCH_CALLS)
		error = attach_programs(&t->kernel, call_programs, t->kernel.call_links,
					command.flags & ES_WATCH_SCHED ? CALL_PROGRAMS : FAILED_CALLS);
	if (!error && command.flags)
		error = bpf_map_update_elem(t->kernel.watched, &command.pid, &command.flags, BPF_ANY);
	else if (!error)
		bpf_map_delete_elem(t->kernel.watched, &command.pid);
	if (error)
		return reply_error(t, seq, reason_of(error), error, "process %u can't be watched: %s", command.pid,
				   strerror(-error));
	/* asked only now: from here on no end is missed */
	if (command.pid && command.flags && !process_exists(command.pid)) {
		bpf_map_delete_elem(t->kernel.watched, &command.pid);
		return reply_error(t, seq, ES_REASON_NO_PROCESS, ESRCH, "there is no process %u", command.pid);
	}
	reply_done(t, seq);
}

#define STATS_BATCH 1024

static void reply_site_stats(struct tracer *t, uint32_t seq)
{
	static struct es_site_stats stats[STATS_BATCH];
	uint32_t count = 0;

	for (uint32_t site = 0; site < t->site_count; site++) {
		struct es_site_stats *entry = &stats[count];

		if (bpf_map_lookup_elem(t->kernel.counters, &site, &entry->counters) || !entry->counters.hits)
			continue;
		entry->site = site;
		if (++count == STATS_BATCH) {
			reply(t, ES_REPLY_STATS, seq, stats, count * sizeof(*stats), NULL, 0);
			count = 0;
		}
	}
	if (count)
		reply(t, ES_REPLY_STATS, seq, stats, count * sizeof(*stats), NULL, 0);
}

void command_stats(struct tracer *t, uint32_t seq)
{
	struct es_tracer_stats stats = {
		.records = t->spool.records,
		.spool = t->spool.used,
		.spool_peak = t->spool.peak,
		.spool_max = t->options.spool_bytes,
	};
	struct {
		uint64_t events, proc_lost, calls_lost, call_second, call_count;
	} totals = {};
	uint32_t zero = 0;

	if (t->kernel.object) {
		reply_site_stats(t, seq);
		bpf_map_lookup_elem(t->kernel.totals, &zero, &totals);
		stats.ring = ring__avail_data_size(ring_buffer__ring(t->kernel.ring, 0));
		stats.proc_lost = totals.proc_lost;
		stats.calls_lost = totals.calls_lost;
	}
	reply(t, ES_REPLY_TRACER, seq, &stats, sizeof(stats), NULL, 0);
	reply_done(t, seq);
}
