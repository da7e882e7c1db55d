// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_PLAN: what static analysis knows of one executable goes into the maps. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tracer.h"

/* The arrays behind struct es_plan_upload, in their order. */
struct upload {
	struct es_plan_upload head;
	const uint8_t *sites, *itabs, *interfaces, *layouts;
};

static bool parse(const uint8_t *payload, size_t size, struct upload *upload)
{
	uint64_t need = sizeof(upload->head);

	if (size < need)
		return false;
	memcpy(&upload->head, payload, sizeof(upload->head));
	upload->sites = payload + need;
	need += (uint64_t)upload->head.sites * sizeof(struct es_site);
	upload->itabs = payload + need;
	need += (uint64_t)upload->head.itabs * sizeof(struct es_itab);
	upload->interfaces = payload + need;
	need += (uint64_t)upload->head.interfaces * sizeof(uint64_t);
	upload->layouts = payload + need;
	need += (uint64_t)upload->head.layouts * sizeof(struct es_type_layout);
	return need == size;
}

static bool within_limits(const struct es_plan *plan)
{
	return plan->max_string <= ES_STRING_MAX && plan->max_nodes >= 1 && plan->max_nodes <= ES_NODES_MAX;
}

static int put_sites(struct tracer *t, const struct upload *upload, uint32_t plan)
{
	struct plan *own = &t->plans[plan];

	own->offsets = calloc(upload->head.sites + 1, sizeof(*own->offsets));
	if (!own->offsets)
		return -ENOMEM;
	for (uint32_t i = 0; i < upload->head.sites; i++) {
		uint32_t index = t->site_count + i;
		struct es_site site;
		int error;

		memcpy(&site, upload->sites + i * sizeof(site), sizeof(site));
		site.plan = plan;
		own->offsets[i] = site.offset;
		error = bpf_map_update_elem(t->kernel.sites, &index, &site, BPF_ANY);
		if (error)
			return error;
	}
	own->first_site = t->site_count;
	own->sites = upload->head.sites;
	return 0;
}

static int put_types(struct tracer *t, const struct upload *upload, uint32_t plan)
{
	struct es_addr_key key = { .plan = plan };
	uint8_t yes = 1;
	int error = 0;

	for (uint32_t i = 0; i < upload->head.itabs && !error; i++) {
		struct es_itab itab;

		memcpy(&itab, upload->itabs + i * sizeof(itab), sizeof(itab));
		key.addr = itab.itab;
		error = bpf_map_update_elem(t->kernel.itabs, &key, &itab.type, BPF_ANY);
	}
	for (uint32_t i = 0; i < upload->head.interfaces && !error; i++) {
		memcpy(&key.addr, upload->interfaces + i * sizeof(key.addr), sizeof(key.addr));
		error = bpf_map_update_elem(t->kernel.interfaces, &key, &yes, BPF_ANY);
	}
	return error;
}

static int put_layouts(struct tracer *t, const struct upload *upload, uint32_t plan)
{
	struct es_layout_key key = { .plan = plan };
	int error = 0;

	for (uint32_t i = 0; i < upload->head.layouts && !error; i++) {
		struct es_type_layout layout;

		memcpy(&layout, upload->layouts + i * sizeof(layout), sizeof(layout));
		key.type = layout.type;
		if (layout.layout.nfields > ES_MAX_FIELDS)
			layout.layout.nfields = ES_MAX_FIELDS;
		error = bpf_map_update_elem(t->kernel.layouts, &key, &layout.layout, BPF_ANY);
	}
	return error;
}

void command_plan(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	struct es_plan_reply answer = { .plan = t->plan_count, .first_site = t->site_count };
	struct upload upload;
	int error;

	if (!parse(payload, size, &upload) || !within_limits(&upload.head.plan))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed plan");
	if (kernel_load(t, seq))
		return;
	if (t->plan_count >= MAX_PLANS || upload.head.sites > t->options.max_sites - t->site_count)
		return reply_error(t, seq, ES_REASON_FULL, 0,
				   "no room for %u more sites (%u of %u are used, by %u of %d executables): restart errscope, "
				   "or trace fewer executables at once",
				   upload.head.sites, t->site_count, t->options.max_sites, t->plan_count, MAX_PLANS);
	upload.head.plan.filtered = 0;
	error = bpf_map_update_elem(t->kernel.plans, &answer.plan, &upload.head.plan, BPF_ANY);
	if (!error)
		error = put_sites(t, &upload, answer.plan);
	if (!error)
		error = put_types(t, &upload, answer.plan);
	if (!error)
		error = put_layouts(t, &upload, answer.plan);
	if (error) { /* the number is used up: some entries bear it */
		free(t->plans[answer.plan].offsets);
		memset(&t->plans[answer.plan], 0, sizeof(struct plan));
		t->plan_count++;
		return reply_error(t, seq, reason_of(error), error, "the plan could not be stored: %s", strerror(-error));
	}
	t->plan_count++;
	t->site_count += upload.head.sites;
	reply(t, ES_REPLY_PLAN, seq, &answer, sizeof(answer), NULL, 0);
	reply_done(t, seq);
}
