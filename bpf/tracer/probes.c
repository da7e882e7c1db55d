// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/*
 * Placing the probes of a plan. uprobe_multi places all at once or none: when the kernel refuses, halving finds the
 * instructions that it refuses, and the rest is placed without them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "probes.h"

#define PERF_SITES_MAX 512 /* a perf uprobe costs about a millisecond to place and far more to remove */
#define ATTEMPTS_MAX 512   /* of halving */

/* Some of a plan's sites. */
struct batch {
	unsigned long *offsets;
	__u64 *cookies; /* global site index */
	uint32_t count;
};

static struct bpf_link *place(const struct target *target, const struct batch *batch, uint32_t from, uint32_t count)
{
	LIBBPF_OPTS(bpf_uprobe_multi_opts, options, .offsets = batch->offsets + from, .cookies = batch->cookies + from,
		    .cnt = count);

	return bpf_program__attach_uprobe_multi(target->program, target->pid, target->path, NULL, &options);
}

/* Errors that are about one instruction; any other would be the same for every site. */
static bool is_about_instruction(int error)
{
	return error == ENOTSUPP || error == EOPNOTSUPP || error == EINVAL || error == EIO || error == EEXIST;
}

struct search {
	const struct target *target;
	const struct batch *batch;
	struct probes *probes;
	bool *refused; /* by index in the batch */
	int attempts, error;
};

static void find_refused(struct search *search, uint32_t from, uint32_t count)
{
	struct bpf_link *link;
	int error;

	if (search->error)
		return;
	if (++search->attempts > ATTEMPTS_MAX) {
		search->error = ENOTSUPP;
		return;
	}
	link = place(search->target, search->batch, from, count);
	if (link) {
		bpf_link__destroy(link);
		return;
	}
	error = errno;
	if (!is_about_instruction(error)) {
		search->error = error;
	} else if (count == 1) {
		search->refused[from] = true;
		search->probes->bad[search->probes->bad_count++] =
			(struct es_bad_site){ .site = search->batch->cookies[from], .code = error };
	} else {
		find_refused(search, from, count / 2);
		find_refused(search, from + count / 2, count - count / 2);
	}
}

static int drop_refused(const struct target *target, struct batch *batch, struct probes *probes)
{
	struct search search = { .target = target, .batch = batch, .probes = probes };
	uint32_t kept = 0;

	search.refused = calloc(batch->count, sizeof(*search.refused));
	probes->bad = calloc(batch->count, sizeof(*probes->bad));
	if (!search.refused || !probes->bad)
		search.error = ENOMEM;
	else
		find_refused(&search, 0, batch->count);
	for (uint32_t i = 0; i < batch->count && !search.error; i++) {
		if (search.refused[i])
			continue;
		batch->offsets[kept] = batch->offsets[i];
		batch->cookies[kept++] = batch->cookies[i];
	}
	batch->count = kept;
	free(search.refused);
	return -search.error;
}

static int place_multi(const struct target *target, struct batch *batch, struct probes *probes)
{
	int error;

	probes->links = calloc(1, sizeof(*probes->links));
	if (!probes->links)
		return -ENOMEM;
	if (!batch->count)
		return 0;
	probes->links[0] = place(target, batch, 0, batch->count);
	if (!probes->links[0] && !is_about_instruction(errno))
		return -errno;
	if (!probes->links[0]) {
		error = drop_refused(target, batch, probes);
		if (error || !batch->count)
			return error;
		probes->links[0] = place(target, batch, 0, batch->count);
		if (!probes->links[0])
			return -errno;
	}
	probes->count = 1;
	probes->attached = batch->count;
	return 0;
}

static int place_perf(const struct target *target, struct batch *batch, struct probes *probes)
{
	uint32_t count = batch->count < PERF_SITES_MAX ? batch->count : PERF_SITES_MAX;

	probes->skipped = batch->count - count;
	probes->links = calloc(count + 1, sizeof(*probes->links));
	probes->bad = calloc(count + 1, sizeof(*probes->bad));
	if (!probes->links || !probes->bad)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		LIBBPF_OPTS(bpf_uprobe_opts, options, .bpf_cookie = batch->cookies[i]);
		struct bpf_link *link = bpf_program__attach_uprobe_opts(target->program, target->pid, target->path,
									batch->offsets[i], &options);

		if (link)
			probes->links[probes->count++] = link;
		else if (is_about_instruction(errno))
			probes->bad[probes->bad_count++] =
				(struct es_bad_site){ .site = batch->cookies[i], .code = errno };
		else
			return -errno;
	}
	probes->attached = probes->count;
	return 0;
}

void probes_remove(struct probes *probes)
{
	if (!probes)
		return;
	for (uint32_t i = 0; i < probes->count; i++)
		bpf_link__destroy(probes->links[i]);
	free(probes->links);
	free(probes->bad);
	free(probes);
}

int probes_place(const struct target *target, const struct plan *plan, struct probes **out)
{
	struct probes *probes = calloc(1, sizeof(*probes));
	struct batch batch = {
		.offsets = calloc(plan->sites + 1, sizeof(*batch.offsets)),
		.cookies = calloc(plan->sites + 1, sizeof(*batch.cookies)),
		.count = plan->sites,
	};
	int error = -ENOMEM;

	if (probes && batch.offsets && batch.cookies) {
		for (uint32_t i = 0; i < plan->sites; i++) {
			batch.offsets[i] = plan->offsets[i];
			batch.cookies[i] = plan->first_site + i;
		}
		error = target->multi ? place_multi(target, &batch, probes) : place_perf(target, &batch, probes);
	}
	free(batch.offsets);
	free(batch.cookies);
	if (error) {
		probes_remove(probes);
		return error;
	}
	*out = probes;
	return 0;
}
