/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * The work list of the chain walk, and the table of what was seen. An event's values are numbered in the order in which
 * they are found, breadth first, and number i is entry i of its list: so nothing is ever moved. Each slot has a short list
 * of its own; an event that outgrows it takes one of a few long ones (an arena). Tables are never cleared: an entry counts
 * only if it bears this event's number.
 */
#ifndef ERRSCOPE_QUEUE_BPF_H
#define ERRSCOPE_QUEUE_BPF_H

#define SHORT_LIST 128
#define SHORT_TABLE 256 /* at most half full; a power of two */
#define ARENAS 4
#define LONG_TABLE (2 * ES_NODES_MAX)
#define MAX_PROBES 64 /* of a table, before giving up: then a value may be read twice, never wrongly */

struct cause {
	__u64 itab;
	__u64 type;
	__u64 data;
	__u32 parent;
	__u32 depth;
	__u32 elem;
	__u16 field_off;
	__u8 via;
	__u8 pad;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS *SHORT_LIST + ARENAS * ES_NODES_MAX);
	__type(key, __u32);
	__type(value, struct cause);
} queue SEC(".maps");

struct seen {
	__u64 event;
	__u64 type;
	__u64 data;
	__u32 node;
	__u32 pad;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS *SHORT_TABLE + ARENAS * LONG_TABLE);
	__type(key, __u32);
	__type(value, struct seen);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ARENAS);
	__type(key, __u32);
	__type(value, __u32); /* 1: taken */
} arenas SEC(".maps");

static __always_inline int take_arena(struct slot *slot)
{
	for (__u32 i = 0; i < ARENAS; i++) {
		__u32 index = i;
		__u32 *taken = bpf_map_lookup_elem(&arenas, &index);

		if (taken && !__sync_val_compare_and_swap(taken, 0, 1)) {
			slot->arena = i + 1;
			return 1;
		}
	}
	return 0;
}

static __always_inline void free_arena(struct slot *slot)
{
	__u32 index = slot->arena - 1;
	__u32 *taken;

	if (!slot->arena)
		return;
	taken = bpf_map_lookup_elem(&arenas, &index);
	if (taken)
		__sync_lock_test_and_set(taken, 0);
}

static __always_inline struct cause *queue_entry(struct slot *slot, __u32 node)
{
	__u32 index;

	if (node < SHORT_LIST)
		index = slot->index * SHORT_LIST + node;
	else
		index = SLOTS * SHORT_LIST + (slot->arena - 1) * ES_NODES_MAX + (node - SHORT_LIST);
	return bpf_map_lookup_elem(&queue, &index);
}

/* A new entry at the end of the list, or 0: a limit was reached. */
static __always_inline struct cause *queue_append(struct slot *slot)
{
	struct cause *entry = 0;
	__u32 node = slot->nodes;

	if (node < slot->max_nodes && node < ES_NODES_MAX && (node < SHORT_LIST || slot->arena || take_arena(slot)))
		entry = queue_entry(slot, node);
	if (entry)
		slot->nodes = node + 1;
	return entry;
}

static __always_inline __u32 hash_value(__u64 type, __u64 data)
{
	/* odd constants: 2^64 / golden ratio, and the second one of xxHash64 */
	return (data * 0x9e3779b97f4a7c15ull ^ type * 0xc2b2ae3d27d4eb4full) >> 32;
}

/*
 * Number of the node that was seen with this type and data in the table of `size` entries at `base`, else
 * ES_NOT_DETERMINED, and then, if `node` is another than that, it is entered.
 */
static __always_inline __u32 table_find(struct slot *slot, __u32 base, __u32 size, __u64 type, __u64 data, __u32 node)
{
	__u32 hash = hash_value(type, data);

	for (__u32 i = 0; i < MAX_PROBES; i++) {
		__u32 index = base + ((hash + i) & (size - 1));
		struct seen *entry = bpf_map_lookup_elem(&seen, &index);

		if (!entry)
			break;
		if (entry->event != slot->event) {
			if (node != ES_NOT_DETERMINED) {
				entry->event = slot->event;
				entry->type = type;
				entry->data = data;
				entry->node = node;
			}
			break;
		}
		if (entry->type == type && entry->data == data)
			return entry->node;
	}
	return ES_NOT_DETERMINED;
}

/* The earlier node that is the same value, else ES_NOT_DETERMINED, and the node is remembered. */
__noinline __u32 find_seen(struct slot *slot, __u64 type, __u64 data, __u32 node)
{
	__u32 enter, same;

	if (!slot)
		return ES_NOT_DETERMINED;
	enter = node < SHORT_LIST ? node : ES_NOT_DETERMINED;
	same = table_find(slot, slot->index * SHORT_TABLE, SHORT_TABLE, type, data, enter);
	if (same != ES_NOT_DETERMINED || node < SHORT_LIST)
		return same;
	return table_find(slot, SLOTS * SHORT_TABLE + (slot->arena - 1) * LONG_TABLE, LONG_TABLE, type, data, node);
}
#endif
