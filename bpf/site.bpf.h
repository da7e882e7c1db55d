/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* Is this hit an error of the plan, and is it within the site's rate? Both are decided before any scratch is taken. */
#ifndef ERRSCOPE_SITE_BPF_H
#define ERRSCOPE_SITE_BPF_H

struct hit {
	struct es_site *site;
	struct es_plan *plan;
	__u64 bias;
	__u64 word0, word1;
	__u64 itab, type; /* run time; itab is 0 for an `any` */
};

static __always_inline __u64 word_at(struct pt_regs *ctx, struct es_loc *loc, __u64 bias, long *error)
{
	switch (loc->kind) {
	case ES_LOC_REG:
		return register_value(ctx, loc->reg);
	case ES_LOC_ADDR:
		return register_value(ctx, loc->reg) + loc->disp;
	case ES_LOC_MEM:
		return read_word(register_value(ctx, loc->reg) + loc->disp, error);
	case ES_LOC_CONST:
		return bias + loc->disp;
	case ES_LOC_GLOBAL:
		return read_word(bias + loc->disp, error);
	}
	return 0;
}

/* A run-time itab (runtime.getitab) of an interface that includes Error() string; sets the dynamic type. */
static __always_inline int is_dynamic_error_itab(struct hit *hit)
{
	long error;
	__u64 inter = read_word(hit->itab + hit->plan->itab_inter_off, &error);
	struct es_addr_key key = { .plan = hit->site->plan, .addr = inter - hit->bias };

	if (error || !bpf_map_lookup_elem(&interfaces, &key))
		return 0;
	hit->type = read_word(hit->itab + hit->plan->itab_type_off, &error);
	return !error;
}

static __always_inline int is_error_itab(struct hit *hit)
{
	struct es_addr_key key = { .plan = hit->site->plan, .addr = hit->word0 - hit->bias };
	__u64 *type;

	hit->itab = hit->word0;
	if (hit->site->itab && hit->site->itab != key.addr)
		return 0;
	type = bpf_map_lookup_elem(&itabs, &key);
	if (type) {
		hit->type = *type + hit->bias;
		return 1;
	}
	return is_dynamic_error_itab(hit);
}

/* A panic takes any value, a recover gives it back; elsewhere the type in the `any` must be an error's. */
static __always_inline int is_error_type(struct hit *hit)
{
	struct es_layout_key key = { .plan = hit->site->plan, .type = hit->word0 - hit->bias };
	struct es_layout *layout;

	hit->itab = 0;
	hit->type = hit->word0;
	if (hit->site->itab)
		return hit->site->itab == key.type;
	if (hit->site->op == ES_OP_PANIC || hit->site->op == ES_OP_RECOVER)
		return 1;
	layout = bpf_map_lookup_elem(&layouts, &key);
	return layout && (layout->flags & ES_LAYOUT_ERROR);
}

/* At a site that is no error's there is nothing to check. */
static __always_inline int is_error(struct hit *hit)
{
	if (hit->site->flags & (ES_SITE_TEXT | ES_SITE_PLAIN))
		return 1;
	/* nil is no error; but panic(nil) is a panic */
	if (!hit->word0 && hit->site->op != ES_OP_PANIC)
		return 0;
	return hit->site->flags & ES_SITE_EFACE ? is_error_type(hit) : is_error_itab(hit);
}

#define BUCKET_TRIES 8

/*
 * Token bucket as a virtual clock (generic cell rate algorithm): one word, changed by compare-and-swap, says when the
 * bucket will be full. The first `burst` hits always pass. Under a contention that outlasts the tries a hit passes too.
 */
static __always_inline int within_rate(struct es_site *site, struct bucket *bucket, __u64 now)
{
	__u64 interval, full_at, start;

	if (!site->burst)
		return 1;
	if (!site->rate)
		return bucket->full_at < site->burst && __sync_fetch_and_add(&bucket->full_at, 1) < site->burst;
	interval = 1000000000ull / site->rate;
	for (int i = 0; i < BUCKET_TRIES; i++) {
		full_at = *(volatile __u64 *)&bucket->full_at;
		start = full_at > now ? full_at : now;
		if (start - now + interval > interval * site->burst)
			return 0;
		if (__sync_val_compare_and_swap(&bucket->full_at, full_at, start + interval) == full_at)
			break;
	}
	return 1;
}

#define FIRST_OF_KIND 16
#define KIND_NS 1000000000ull

/* The entry of hits of this site, type and caller. NULL where there is none, and none is to be made or there is no room. */
static __always_inline struct over_rate *over_rate_of(struct pt_regs *ctx, struct hit *hit, __u32 site_index, int make)
{
	struct kind_key key = { .site = site_index, .type = hit->type ? hit->type - hit->bias : 0 };
	struct over_rate none = {}, *entry;
	long error;

	if (hit->site->sp_delta != ES_NOT_DETERMINED) {
		key.caller = read_word(REG_SP(ctx) + hit->site->sp_delta, &error);
		key.caller = error ? 0 : key.caller - hit->bias;
	}
	entry = bpf_map_lookup_elem(&over, &key);
	if (entry || !make)
		return entry;
	bpf_map_update_elem(&over, &key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&over, &key);
}

/*
 * Over the site's rate, the first of a kind are shown all the same, and one a second after that: what is rare isn't lost where
 * something else is made all the time, and the numbers that are told keep up. In a race some more may be shown.
 */
static __always_inline int is_shown_over_rate(struct over_rate *entry, __u64 now)
{
	if (!entry || (entry->kept >= FIRST_OF_KIND && now < entry->next))
		return 0;
	count(&entry->kept);
	entry->next = now + KIND_NS;
	return 1;
}
#endif
