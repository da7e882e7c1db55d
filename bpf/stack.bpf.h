/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * The goroutine's stack by frame pointers. The stack is copied a page at a time and the chain followed in the copy: 12 ns
 * a frame where a read a frame costs 75. On x86-64 and arm64 alike, a frame pointer leads to the caller's, and the return
 * address is in the word after it.
 */
#ifndef ERRSCOPE_STACK_BPF_H
#define ERRSCOPE_STACK_BPF_H

#define FRAMES_MAX 65536
#define FRAMES_ITEM 512 /* addresses in one item */
/* Bytes above SP that are trusted where the goroutine's own bounds are not known. */
#define UNKNOWN_STACK (1 << 20)

static __always_inline void close_frames(struct slot *slot)
{
	__u32 at = slot->frames_at, n = slot->frames_open;
	struct es_frames *frames;

	if (!n || at > PART_FULL)
		return;
	frames = (struct es_frames *)(slot->buffer + at);
	frames->n = n;
	frames->pad = 0;
	end_item(slot, (struct es_item *)frames, ES_ITEM_FRAMES, sizeof(*frames) + n * 8);
	slot->frames_open = 0;
}

__noinline int put_frame(struct slot *slot, __u64 address)
{
	__u32 at, n;
	__u64 *addresses;

	if (!slot)
		return 0;
	if (slot->frames_open >= FRAMES_ITEM)
		close_frames(slot);
	n = slot->frames_open;
	if (!n) {
		if (slot->length > PART_FULL)
			put_part(slot, 0);
		slot->frames_at = slot->length;
	}
	at = slot->frames_at;
	if (at > PART_FULL || n >= FRAMES_ITEM)
		return 0;
	addresses = (__u64 *)(slot->buffer + at + sizeof(struct es_frames));
	addresses[n] = address;
	slot->frames_open = n + 1;
	slot->frames++;
	return 0;
}

static __always_inline long end_stack(struct slot *slot, __u32 why)
{
	slot->stack_end = why;
	return 1;
}

static long walk_frame(__u32 i, struct slot **context)
{
	struct slot *slot = *context;
	__u64 fp = slot->fp, next;
	__u64 at = fp - slot->window_base;
	__u64 *frame;

	if (!fp)
		return end_stack(slot, ES_STACK_WHOLE);
	if (fp & 7)
		return end_stack(slot, ES_STACK_UNALIGNED);
	if (slot->window_len < 16 || at > slot->window_len - 16) {
		__u64 left = slot->stack_hi - fp;

		if (fp >= slot->stack_hi || left < 16)
			return end_stack(slot, ES_STACK_OUTSIDE);
		slot->window_len = read_user_partly(slot->window, at_most(left, WINDOW), fp);
		slot->window_base = fp;
		if (slot->window_len < 16)
			return end_stack(slot, ES_STACK_FAULT);
		at = 0;
	}
	/* aligned and within the window by what was checked; said again in a form that the verifier follows */
	barrier_var(at);
	frame = (__u64 *)(slot->window + (at & (WINDOW - 8)));
	next = frame[0];
	put_frame(slot, frame[1]);
	slot->fp = next;
	if (next && next <= fp)
		return end_stack(slot, ES_STACK_BACKWARDS);
	return 0;
}

static __always_inline void no_stack(struct slot *slot)
{
	slot->frames = 0;
	slot->stack_end = ES_STACK_WHOLE;
}

/*
 * `sp_delta`: bytes from SP to where it was at the function's entry. Where the frame pointer isn't this frame's, the probed
 * instruction runs before the frame is set up or after it was taken down, and the pointer is the caller's.
 */
static __always_inline void walk_stack(struct slot *slot, struct pt_regs *ctx, __u64 stack_hi, __u32 sp_delta)
{
	__u64 sp = REG_SP(ctx), fp = REG_FP(ctx);
	long error;
	__u64 caller;

	slot->frames = 0;
	slot->frames_open = 0;
	slot->window_len = 0;
	slot->window_base = 0;
	slot->stack_end = ES_STACK_LIMIT;
	slot->stack_hi = stack_hi ? stack_hi : sp + UNKNOWN_STACK;
	slot->fp = fp;
	if (sp_delta != ES_NOT_DETERMINED && !FRAME_IS_SET_UP(sp, fp, sp_delta)) {
		caller = RETURN_ADDRESS(ctx, sp_delta, &error);
		if (error) {
			slot->stack_end = ES_STACK_FAULT;
			return;
		}
		put_frame(slot, caller);
	}
	bpf_loop(FRAMES_MAX, walk_frame, &slot, 0);
	close_frames(slot);
}
#endif
