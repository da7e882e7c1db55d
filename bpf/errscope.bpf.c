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
#include "process.bpf.h"
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
	head->pad = 0;
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
				   struct bucket *bucket, __u32 site_index, __u64 now)
{
	struct goroutine goroutine = {};
	struct slot *slot = take_slot();

	if (!slot) {
		count(&counter->lost_slot);
		return;
	}
	begin_record(slot, hit);
	find_goroutine(&goroutine, REG_G(ctx), REG_SP(ctx), hit->plan);
	put_head(ctx, slot, hit, &goroutine, site_index, now, __sync_lock_test_and_set(&bucket->skipped, 0));
	if (hit->site->flags & (ES_SITE_TEXT | ES_SITE_PLAIN))
		put_words(slot, hit);
	else
		walk_chain(slot, hit->itab, hit->type, hit->word1);
	walk_stack(slot, REG_SP(ctx), REG_FP(ctx), goroutine.stack_hi, hit->site->sp_delta);
	put_thread(slot);
	put_end(slot);
	put_part(slot, 1);
	count(slot->torn ? &counter->lost_ring : &counter->emitted);
	free_slot(slot);
}

static __always_inline int is_wanted_process(__u32 plan)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct es_addr_key key = { .plan = plan, .addr = task_pid(task->group_leader) };

	return bpf_map_lookup_elem(&filter, &key) != 0;
}

static __always_inline int on_hit(struct pt_regs *ctx)
{
	__u32 site_index = bpf_get_attach_cookie(ctx);
	__u64 now = bpf_ktime_get_ns();
	struct hit hit = {};
	struct es_site_counters *counter = bpf_map_lookup_elem(&counters, &site_index);
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &site_index);
	long error = 0;

	hit.site = bpf_map_lookup_elem(&sites, &site_index);
	if (!hit.site || !counter || !bucket)
		return 0;
	hit.plan = bpf_map_lookup_elem(&plans, &hit.site->plan);
	if (!hit.plan || (hit.plan->filtered && !is_wanted_process(hit.site->plan)))
		return 0;
	count(&counter->hits);
	hit.bias = REG_IP(ctx) - hit.site->pc;
	hit.word0 = word_at(ctx, &hit.site->word0, hit.bias, &error);
	hit.word1 = word_at(ctx, &hit.site->word1, hit.bias, &error);
	if (error) {
		count(&counter->lost_other);
	} else if (!is_error(&hit)) {
		count(hit.site->flags & ES_SITE_SHARED ? &counter->passed : &counter->mismatched);
	} else if (!within_rate(hit.site, bucket, now)) {
		count(&counter->sampled);
		count(&bucket->skipped);
	} else {
		record(ctx, &hit, counter, bucket, site_index, now);
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
