/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * The tree of causes below an error value, breadth first, as the plan's layouts say: each value's object is copied, its
 * strings are followed, its causes are put into the queue. Cycles end because a value seen before isn't read again. (The
 * kernel allows eight calls in each other, callbacks included: what is inlined here is so for that.)
 */
#ifndef ERRSCOPE_CHAIN_BPF_H
#define ERRSCOPE_CHAIN_BPF_H

/* Run-time address of the dynamic type of an itab; 0 if it can't be read. */
static __always_inline __u64 itab_to_type(struct slot *slot, __u64 itab)
{
	struct es_addr_key key = { .plan = slot->plan, .addr = itab - slot->bias };
	__u64 *type = bpf_map_lookup_elem(&itabs, &key);

	return type ? *type + slot->bias : read_field(itab, slot->itab_type_off);
}

static __always_inline struct es_layout *find_layout(struct slot *slot, __u64 type)
{
	struct es_layout_key key = { .plan = slot->plan, .type = type - slot->bias };

	return bpf_map_lookup_elem(&layouts, &key);
}

static __always_inline __u32 add_saturating(__u32 sum, __u32 count)
{
	return sum + count < count ? ES_NOT_DETERMINED : sum + count;
}

/* `count` causes of the node being walked are not followed. */
static __always_inline void cut_causes(struct slot *slot, __u32 count, __u32 flags)
{
	slot->cut = add_saturating(slot->cut, count);
	slot->node_cut = add_saturating(slot->node_cut, count);
	slot->flags |= ES_NODE_CUT | flags;
}

/* Puts what a field of the node being walked holds into the queue, if it is a cause. */
__noinline int add_cause(struct slot *slot, __u64 itab, __u64 type, __u64 data)
{
	struct es_layout *layout;
	struct cause *entry;

	if (!slot)
		return 0;
	if (itab)
		type = itab_to_type(slot, itab);
	if (slot->via != ES_VIA_UNWRAP) {
		layout = find_layout(slot, type);
		if (!layout || !(layout->flags & (ES_LAYOUT_ERROR | ES_LAYOUT_DETAIL)))
			return 0;
	}
	entry = slot->depth < slot->max_depth ? queue_append(slot) : 0;
	if (!entry) {
		cut_causes(slot, 1, 0);
		return 0;
	}
	entry->itab = itab;
	entry->type = type;
	entry->data = data;
	entry->parent = slot->node;
	entry->depth = slot->depth + 1;
	entry->elem = slot->elem;
	entry->field_off = slot->field_off;
	entry->via = slot->via;
	return 0;
}

/* ---- []error ---- */

#define ELEMENTS (WINDOW / 16) /* read at once */

static long walk_element(__u32 i, struct slot **context)
{
	struct slot *slot = *context;
	__u64 *words = (__u64 *)(slot->window + (i & (ELEMENTS - 1)) * 16);

	if (words[0])
		add_cause(slot, words[0], 0, words[1]);
	slot->elem++;
	return 0;
}

static long walk_elements(__u32 i, struct slot **context)
{
	struct slot *slot = *context;
	__u64 left = slot->element_count - slot->elem;
	__u32 read;

	if (slot->elem >= slot->element_count)
		return 1;
	if (slot->nodes >= slot->max_nodes) {
		cut_causes(slot, left, 0);
		return 1;
	}
	read = read_user_partly(slot->window, at_most(left, ELEMENTS) * 16, slot->elements + (__u64)slot->elem * 16);
	if (read < 16) {
		cut_causes(slot, left, ES_NODE_LIST_UNREADABLE);
		return 1;
	}
	bpf_loop(read / 16, walk_element, context, 0);
	return 0;
}

static __always_inline void walk_errors(struct slot *slot, __u64 elements, __u64 count)
{
	if (!count)
		return;
	if (count > 0xffffffff || !elements) { /* no slice header: garbage, or memory that changed meanwhile */
		cut_causes(slot, 1, ES_NODE_LIST_UNREADABLE);
		return;
	}
	if (slot->depth >= slot->max_depth) {
		cut_causes(slot, count, 0);
		return;
	}
	slot->elements = elements;
	slot->element_count = count < ES_NODES_MAX ? count : ES_NODES_MAX;
	if (count > ES_NODES_MAX)
		cut_causes(slot, count - ES_NODES_MAX, 0);
	bpf_loop(ES_NODES_MAX, walk_elements, &slot, 0);
	slot->elem = 0;
}

/* ---- one value ---- */

__noinline int put_string(struct slot *slot, __u64 address, __u64 length)
{
	struct es_string *string;
	__u32 want, hashed;

	if (!slot)
		return 0;
	want = at_most(at_most(length, slot->max_string), ES_STRING_MAX);
	hashed = length > want && hash_string(slot, address, length);
	string = begin_item(slot);
	if (!string)
		return 0;
	string->node = slot->node;
	string->off = slot->field_off;
	string->flags = hashed ? ES_STRING_HASHED : 0;
	string->ptr = address;
	string->true_len = length;
	string->got = want ? read_user_partly(string + 1, want, address) : 0;
	string->pad = 0;
	string->hash = hashed ? slot->hash : 0;
	if (string->got < want)
		string->flags = ES_STRING_UNREADABLE;
	end_item(slot, (struct es_item *)string, ES_ITEM_STRING, sizeof(*string) + string->got);
	return 0;
}

struct fields {
	struct slot *slot;
	struct es_layout *layout;
	__u64 data; /* address of the object */
};

static long walk_field(__u32 i, struct fields *fields)
{
	struct slot *slot = fields->slot;
	struct es_field *field = &fields->layout->fields[i & (ES_MAX_FIELDS - 1)];
	__u32 off = field->off;
	__u32 word = (off / 8) & (ES_OBJ_MAX / 8 - 1);
	__u32 size = field->kind == ES_FIELD_PTR ? 8 : 16;
	__u64 words[2] = {};

	if (off & 7)
		return 0;
	if (off + size <= slot->object_len) {
		words[0] = slot->object[word];
		words[1] = slot->object[word + 1];
	} else if (read_user(words, size, fields->data + off)) {
		return 0;
	}
	slot->field_off = off;
	slot->via = field->via;
	switch (field->kind) {
	case ES_FIELD_STRING:
	case ES_FIELD_BYTES:
		put_string(slot, words[0], words[1]);
		break;
	case ES_FIELD_IFACE:
		if (words[0])
			add_cause(slot, words[0], 0, words[1]);
		break;
	case ES_FIELD_EFACE:
		if (words[0])
			add_cause(slot, 0, words[0], words[1]);
		break;
	case ES_FIELD_PTR:
		/* Unwrap makes a non-nil error of a nil pointer; any other nil pointer is no cause */
		if (words[0] || field->via == ES_VIA_UNWRAP)
			add_cause(slot, 0, field->type + slot->bias, words[0]);
		break;
	case ES_FIELD_ERRORS:
		walk_errors(slot, words[0], words[1]);
		break;
	}
	return 0;
}

/* Copies the value's object into slot->object, as much of it as can be read, at most ES_OBJ_MAX bytes. */
static __always_inline void read_object(struct slot *slot, struct es_layout *layout, __u64 data)
{
	__u32 size = at_most(layout->size, ES_OBJ_MAX);

	slot->object_len = 0;
	if (layout->flags & ES_LAYOUT_DIRECT) {
		slot->object[0] = data;
		slot->object_len = 8;
	} else if (!data && (layout->flags & ES_LAYOUT_POINTER)) {
		slot->flags |= ES_NODE_TYPED_NIL;
	} else if (size) {
		slot->object_len = read_user_partly(slot->object, size, data);
		if (slot->object_len < size)
			slot->flags |= ES_NODE_UNREADABLE;
	}
}

/* The node's item. Its strings and causes came first: only then is it known whether a cause was cut. */
__noinline int put_node(struct slot *slot, __u32 same)
{
	struct es_node *node;
	struct cause *cause;
	__u32 length;
	__u64 *object;

	if (!slot)
		return 0;
	node = begin_item(slot);
	cause = queue_entry(slot, slot->node);
	if (!node || !cause)
		return 0;
	length = at_most(slot->object_len, ES_OBJ_MAX);
	node->index = slot->node;
	node->parent = cause->parent;
	node->depth = cause->depth;
	node->elem = cause->elem;
	node->field_off = cause->field_off;
	node->via = cause->via;
	node->flags = slot->flags;
	node->obj_len = length;
	node->same = same;
	node->cut = slot->node_cut;
	node->itab = cause->itab;
	node->type = cause->type;
	node->data = cause->data;
	object = (__u64 *)(node + 1);
	for (__u32 i = 0; i < ES_OBJ_MAX / 8; i++) {
		if (i * 8 >= length)
			break;
		object[i] = slot->object[i];
		barrier();
	}
	end_item(slot, (struct es_item *)node, ES_ITEM_NODE, sizeof(*node) + length);
	return 0;
}

/* The next value of the queue. */
__noinline int walk_value(struct slot *slot)
{
	__u32 same = ES_NOT_DETERMINED;
	struct fields fields = { .slot = slot };
	struct cause *cause;

	if (!slot)
		return 0;
	cause = queue_entry(slot, slot->node);
	if (!cause)
		return 0;
	slot->flags = 0;
	slot->node_cut = 0;
	slot->object_len = 0;
	fields.data = cause->data;
	slot->depth = cause->depth;
	if (cause->data)
		same = find_seen(slot, cause->type, cause->data, slot->node);
	if (same != ES_NOT_DETERMINED) {
		slot->flags = ES_NODE_SEEN;
		return put_node(slot, same);
	}
	fields.layout = find_layout(slot, cause->type);
	if (!cause->type)
		slot->flags |= ES_NODE_UNREADABLE;
	else if (!fields.layout)
		slot->flags |= ES_NODE_NO_LAYOUT;
	else
		read_object(slot, fields.layout, cause->data);
	if (fields.layout && slot->object_len)
		bpf_loop(at_most(fields.layout->nfields, ES_MAX_FIELDS), walk_field, &fields, 0);
	return put_node(slot, same);
}

static long walk_node(__u32 i, struct slot **context)
{
	struct slot *slot = *context;

	if (slot->walked >= slot->nodes)
		return 1;
	slot->node = slot->walked++;
	walk_value(slot);
	return 0;
}

/* The error value itself and all below it. */
static __always_inline void walk_chain(struct slot *slot, __u64 itab, __u64 type, __u64 data)
{
	struct cause *root;

	slot->nodes = 0;
	slot->walked = 0;
	slot->cut = 0;
	slot->arena = 0;
	slot->elem = 0;
	root = queue_append(slot);
	if (!root)
		return;
	root->itab = itab;
	root->type = type;
	root->data = data;
	root->parent = ES_NOT_DETERMINED;
	root->depth = 0;
	root->elem = 0;
	root->field_off = 0;
	root->via = 0;
	bpf_loop(ES_NODES_MAX, walk_node, &slot, 0);
	free_arena(slot);
}
#endif
