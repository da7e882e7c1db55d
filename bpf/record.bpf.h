/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Writing a record: items are appended to the slot's buffer; a full buffer goes out as a part, and the event goes on in
 * the next one. The ring is never held: a part is copied into it whole, or not at all.
 */
#ifndef ERRSCOPE_RECORD_BPF_H
#define ERRSCOPE_RECORD_BPF_H

static __always_inline __u64 wake_flags(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= option_wake_bytes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

__noinline int put_part(struct slot *slot, __u32 last)
{
	struct es_part *part;
	__u32 length;

	if (!slot)
		return 0;
	length = slot->length;
	part = (struct es_part *)slot->buffer;
	part->kind = ES_REC_EVENT;
	part->last = last;
	part->part = slot->part++;
	part->ev = slot->event;
	if (length > sizeof(slot->buffer))
		return 0;
	if (!slot->torn && bpf_ringbuf_output(&ring, slot->buffer, length, wake_flags()))
		slot->torn = 1;
	slot->length = sizeof(*part);
	return 0;
}

/* Memory for an item of at most ITEM_MAX bytes; it counts only once end_item has been called. */
static __always_inline void *begin_item(struct slot *slot)
{
	__u32 at;

	if (slot->length > PART_FULL)
		put_part(slot, 0);
	at = slot->length;
	if (at > PART_FULL)
		return 0;
	return slot->buffer + at;
}

/* `size` bytes were written behind the head; what pads them to 8 must be there too. */
static __always_inline void end_item(struct slot *slot, struct es_item *item, __u32 kind, __u32 size)
{
	size = (size + 7) & ~7u;
	item->kind = kind;
	item->len = size;
	slot->length += size;
}
#endif
