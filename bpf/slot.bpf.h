/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Where an event is put together. A sleepable program may be preempted and moved in mid-event, so scratch memory can't
 * be per processor: there is a pool of slots, each taken by one hit at a time. All state of the walks is in the slot:
 * the verifier doesn't track the contents of map memory, so loops over it converge at once. Functions that take a slot are
 * global where they can be: the verifier then checks each of them once, not at each call.
 */
#ifndef ERRSCOPE_SLOT_BPF_H
#define ERRSCOPE_SLOT_BPF_H

#define SLOTS 64
#define PART_FULL 32768 /* a part that is longer is put out before the next item */
#define ITEM_MAX (sizeof(struct es_node) + ES_STRING_MAX + 8)
#define WINDOW 4096     /* bytes of the stack, or of a []error, copied at once */

struct slot {
	__u32 taken;
	__u32 index; /* of this slot */

	/* the record: a part in the making */
	__u64 event;
	__u32 length;
	__u32 part;
	__u32 torn; /* a part found no room in the ring: nothing more is put out */

	/* what was hit */
	__u32 plan;
	__u64 bias;
	__u32 itab_type_off;
	__u32 max_string;
	__u32 max_nodes;
	__u32 max_depth;

	/* the chain walk (chain.bpf.h) */
	__u32 nodes; /* in the queue: walked or yet to be */
	__u32 cut;
	__u32 node_cut; /* of these: causes of the node being walked */
	__u32 arena; /* 1 + index of the arena taken, 0: none */
	__u32 walked;
	/* the node being walked, and what leads from it to a possible cause */
	__u32 node;
	__u32 flags; /* enum es_node_flag */
	__u32 depth;
	__u32 object_len;
	__u32 field_off;
	__u32 via;
	__u32 elem;
	__u64 elements; /* ES_FIELD_ERRORS: address of element 0, and how many there are */
	__u64 element_count;

	/* the hash of a string that is cut (hash.bpf.h) */
	__u64 hash;
	__u64 hash_lanes[4];
	__u64 hash_at;
	__u64 hash_left;

	/* the stack walk (stack.bpf.h) */
	__u32 frames;
	__u32 stack_end;
	__u32 frames_at; /* in `buffer`: the open ES_ITEM_FRAMES */
	__u32 frames_open;
	__u64 fp;
	__u64 stack_hi;
	__u64 window_base;
	__u32 window_len;
	__u32 pad;

	__u64 object[(ES_OBJ_MAX + 16) / 8];
	__u8 window[WINDOW + 16];
	__u8 buffer[PART_FULL + ITEM_MAX + 64];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct slot);
} slots SEC(".maps");

static __always_inline struct slot *take_slot(void)
{
	__u32 start = bpf_get_smp_processor_id();

	for (__u32 i = 0; i < SLOTS; i++) {
		__u32 index = (start + i) % SLOTS;
		struct slot *slot = bpf_map_lookup_elem(&slots, &index);

		if (slot && !__sync_val_compare_and_swap(&slot->taken, 0, 1)) {
			slot->index = index;
			return slot;
		}
	}
	return 0;
}

static __always_inline void free_slot(struct slot *slot)
{
	__sync_lock_test_and_set(&slot->taken, 0);
}
#endif
