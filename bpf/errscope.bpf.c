// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/*
 * One hit of a probed instruction: read the two words, check them, and put the error value with its chain and stack into
 * the ring. bpf/README.md has the way through the files. The licence string is what the kernel demands of a program that
 * uses its GPL-only helpers; the source may be used under either.
 */
#include "kernel.bpf.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "wire.h"
#include "wire_types.bpf.h"
#include "arch.bpf.h"
#include "maps.bpf.h"
#include "memory.bpf.h"
#include "slot.bpf.h"
#include "queue.bpf.h"
#include "record.bpf.h"
#include "hash.bpf.h"
#include "chain.bpf.h"
#include "stack.bpf.h"
#include "site.bpf.h"
#include "goroutine.bpf.h"
#include "path.bpf.h"
#include "process.bpf.h"
#include "flight.bpf.h"
#include "sched.bpf.h"
#include "calls.bpf.h"

/* One source, two objects: a program that may sleep, and one for kernels before 6.0 that may not. */
#ifdef SLEEPABLE
#define SECTION(name) name ".s"
#else
#define SECTION(name) name
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void put_head(struct pt_regs *ctx, struct slot *slot, struct hit *hit,
				     struct goroutine *goroutine, __u32 site_index, __u64 now, __u64 skipped)
{
	struct es_head *head = begin_item(slot);
	struct task_struct *task = bpf_get_current_task_btf();

	if (!head)
		return;
	head->mono = now;
	head->pid = task_pid(task->group_leader);
	head->tid = task_pid(task);
	head->site = site_index;
	head->flags = goroutine->flags;
	head->goid = goroutine->id;
	head->parent_goid = goroutine->parent;
	head->gopc = goroutine->creator;
	head->g = goroutine->g;
	head->sp = REG_SP(ctx);
	head->ip = REG_IP(ctx);
	head->bias = hit->bias;
	head->word0 = hit->word0;
	head->word1 = hit->word1;
	head->cpu = bpf_get_smp_processor_id();
	head->skipped = skipped;
	head->wait_reason = goroutine->wait_reason;
	head->ns_pid = innermost_pid(task->group_leader);
	end_item(slot, (struct es_item *)head, ES_ITEM_HEAD, sizeof(*head));
}

static __always_inline void put_end(struct slot *slot)
{
	struct es_end *end = begin_item(slot);

	if (!end)
		return;
	end->nodes = slot->nodes;
	end->nodes_cut = slot->cut;
	end->frames = slot->frames;
	end->stack_end = slot->stack_end;
	end_item(slot, (struct es_item *)end, ES_ITEM_END, sizeof(*end));
}

static __always_inline void begin_record(struct slot *slot, struct hit *hit)
{
	__u32 zero = 0;
	struct totals *sum = bpf_map_lookup_elem(&totals, &zero);

	slot->event = sum ? __sync_fetch_and_add(&sum->events, 1) + 1 : 0;
	slot->length = sizeof(struct es_part);
	slot->part = 0;
	slot->torn = 0;
	slot->plan = hit->site->plan;
	slot->bias = hit->bias;
	slot->itab_type_off = hit->plan->itab_type_off;
	slot->max_string = hit->plan->max_string;
	slot->max_nodes = hit->plan->max_nodes;
	slot->max_depth = hit->plan->max_depth;
}

/* Instead of a chain: the text of a fatal error, or nothing. */
static __always_inline void put_words(struct slot *slot, struct hit *hit)
{
	slot->nodes = 0;
	slot->cut = 0;
	slot->node = 0;
	slot->field_off = 0;
	if (hit->site->flags & ES_SITE_TEXT)
		put_string(slot, hit->word0, hit->word1);
}

static __always_inline void record(struct pt_regs *ctx, struct hit *hit, struct es_site_counters *counter,
				   struct over_rate *kind, __u32 site_index, __u64 now)
{
	struct goroutine goroutine = {};
	struct slot *slot = take_slot();
	int elsewhere;

	if (!slot) {
		count(&counter->lost_slot);
		return;
	}
	begin_record(slot, hit);
	elsewhere = hit->site->flags & ES_SITE_G;
	find_goroutine(&goroutine, elsewhere ? hit->word0 : REG_G(ctx), REG_SP(ctx), hit->plan, elsewhere);
	if (!(hit->site->flags & ES_SITE_PLAIN))
		put_in_flight(hit->plan, goroutine.id);
	put_head(ctx, slot, hit, &goroutine, site_index, now, kind ? __sync_lock_test_and_set(&kind->skipped, 0) : 0);
	if (hit->site->flags & (ES_SITE_TEXT | ES_SITE_PLAIN))
		put_words(slot, hit);
	else
		walk_chain(slot, hit->itab, hit->type, hit->word1);
	if (elsewhere)
		no_stack(slot);
	else
		walk_stack(slot, ctx, goroutine.stack_hi, hit->site->sp_delta);
	if (!(hit->site->flags & ES_SITE_MARK))
		put_thread(slot);
	put_end(slot);
	put_part(slot, 1);
	count(slot->torn ? &counter->lost_ring : &counter->emitted);
	free_slot(slot);
	watch_end();
}

/* Of processes that the tracer's pid namespace doesn't show nothing could be told but a number that may be another's. */
static __always_inline int is_wanted_process(struct es_plan *facts, __u32 plan)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct es_addr_key key = { .plan = plan, .addr = task_pid(task->group_leader) };
	__u32 pid = key.addr;
	__u32 *flags;

	if (!pid || !facts->filtered)
		return pid != 0;
	flags = bpf_map_lookup_elem(&watched, &pid);
	return (flags && *flags & ES_WATCH_FOLLOW) || bpf_map_lookup_elem(&filter, &key);
}

static __always_inline int on_hit(struct pt_regs *ctx)
{
	__u32 site_index = bpf_get_attach_cookie(ctx);
	__u64 now = bpf_ktime_get_ns();
	struct hit hit = {};
	struct es_site_counters *counter = bpf_map_lookup_elem(&counters, &site_index);
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &site_index);
	struct over_rate *kind;
	long error = 0;
	int shown;

	hit.site = bpf_map_lookup_elem(&sites, &site_index);
	if (!hit.site || !counter || !bucket)
		return 0;
	hit.plan = bpf_map_lookup_elem(&plans, &hit.site->plan);
	if (!hit.plan || !is_wanted_process(hit.plan, hit.site->plan))
		return 0;
	count(&counter->hits);
	hit.bias = REG_IP(ctx) - hit.site->pc;
	hit.word0 = word_at(ctx, &hit.site->word0, hit.bias, &error);
	hit.word1 = word_at(ctx, &hit.site->word1, hit.bias, &error);
	if (error) {
		count(&counter->lost_other);
	} else if (hit.site->flags & ES_SITE_MARK && !is_wanted_mark(ctx, &hit)) {
		count(&counter->passed);
	} else if (!is_error(&hit)) {
		count(hit.site->flags & ES_SITE_SHARED ? &counter->passed : &counter->mismatched);
	} else {
		shown = within_rate(hit.site, bucket, now);
		if (!shown)
			bucket->over = 1;
		kind = bucket->over ? over_rate_of(ctx, &hit, site_index, !shown) : 0;
		if (shown || is_shown_over_rate(kind, now)) {
			record(ctx, &hit, counter, kind, site_index, now);
		} else {
			count(&counter->sampled);
			if (kind)
				count(&kind->skipped);
		}
	}
	return 0;
}

/* The clock that records are stamped with, for whoever wants to compare. */
SEC("syscall")
int on_clock(__u64 *now)
{
	*now = bpf_ktime_get_ns();
	return 0;
}

/* By either way to attach; the tracer loads one of them. */
SEC(SECTION("uprobe.multi"))
int on_site_multi(struct pt_regs *ctx)
{
	return on_hit(ctx);
}

SEC(SECTION("uprobe"))
int on_site_perf(struct pt_regs *ctx)
{
	return on_hit(ctx);
}
