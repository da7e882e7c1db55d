/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * XXH64 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md 0.2.0) of a string that is too long to be captured
 * whole: so that two of them with the same beginning are told apart, and one can be compared with a text at hand
 * (`xxhsum -H1`). It reads 32 bytes in about 5 ns, far less than the program took to write them.
 */
#ifndef ERRSCOPE_HASH_BPF_H
#define ERRSCOPE_HASH_BPF_H

#define HASH_STRIPE 32
#define HASH_P1 0x9e3779b185ebca87ull
#define HASH_P2 0xc2b2ae3d27d4eb4full
#define HASH_P3 0x165667b19e3779f9ull
#define HASH_P4 0x85ebca77c2b2ae63ull
#define HASH_P5 0x27d4eb2f165667c5ull

static __always_inline __u64 rotate_left(__u64 word, __u32 bits)
{
	return word << bits | word >> (64 - bits);
}

static __always_inline __u64 hash_round(__u64 lane, __u64 word)
{
	return rotate_left(lane + word * HASH_P2, 31) * HASH_P1;
}

static __always_inline __u64 hash_merge(__u64 hash, __u64 lane)
{
	return (hash ^ hash_round(0, lane)) * HASH_P1 + HASH_P4;
}

/* Whole stripes of the next window; what is less than a stripe stays in it for hash_finish. */
static long hash_window(__u32 i, struct slot **context)
{
	struct slot *slot = *context;
	__u32 size = at_most(slot->hash_left, WINDOW);
	__u64 a = slot->hash_lanes[0], b = slot->hash_lanes[1], c = slot->hash_lanes[2], d = slot->hash_lanes[3];

	if (read_user(slot->window, size, slot->hash_at))
		return 1;
	for (__u32 at = 0; at < WINDOW; at += HASH_STRIPE) {
		__u64 *words = (__u64 *)(slot->window + at);

		if (at + HASH_STRIPE > size)
			break;
		a = hash_round(a, words[0]);
		b = hash_round(b, words[1]);
		c = hash_round(c, words[2]);
		d = hash_round(d, words[3]);
	}
	slot->hash_lanes[0] = a;
	slot->hash_lanes[1] = b;
	slot->hash_lanes[2] = c;
	slot->hash_lanes[3] = d;
	slot->hash_at += size;
	slot->hash_left -= size;
	return !slot->hash_left;
}

/* The lanes and the last `length` % 32 bytes, which are in the window. */
__noinline int hash_finish(struct slot *slot, __u64 length)
{
	__u32 left, at;
	__u64 hash;

	if (!slot)
		return 0;
	hash = rotate_left(slot->hash_lanes[0], 1) + rotate_left(slot->hash_lanes[1], 7) +
	       rotate_left(slot->hash_lanes[2], 12) + rotate_left(slot->hash_lanes[3], 18);
	for (__u32 i = 0; i < 4; i++)
		hash = hash_merge(hash, slot->hash_lanes[i]);
	hash += length;
	left = length % HASH_STRIPE;
	at = length % WINDOW - left;
	for (__u32 i = 0; i < 3; i++) {
		if (left < 8)
			break;
		hash ^= hash_round(0, *(__u64 *)(slot->window + (at & (WINDOW - 1))));
		hash = rotate_left(hash, 27) * HASH_P1 + HASH_P4;
		at += 8;
		left -= 8;
	}
	if (left >= 4) {
		hash ^= *(__u32 *)(slot->window + (at & (WINDOW - 1))) * HASH_P1;
		hash = rotate_left(hash, 23) * HASH_P2 + HASH_P3;
		at += 4;
		left -= 4;
	}
	for (__u32 i = 0; i < 3; i++) {
		if (i >= left)
			break;
		hash ^= slot->window[(at + i) & (WINDOW - 1)] * HASH_P5;
		hash = rotate_left(hash, 11) * HASH_P1;
	}
	hash = (hash ^ hash >> 33) * HASH_P2;
	hash = (hash ^ hash >> 29) * HASH_P3;
	slot->hash = hash ^ hash >> 32;
	return 0;
}

/* Into slot->hash; 0 if it can't be had: too short for a stripe, too long, or not readable. Uses the window. */
static __always_inline int hash_string(struct slot *slot, __u64 address, __u64 length)
{
	if (length < HASH_STRIPE || length > ES_HASH_MAX)
		return 0;
	slot->hash_lanes[0] = HASH_P1 + HASH_P2;
	slot->hash_lanes[1] = HASH_P2;
	slot->hash_lanes[2] = 0;
	slot->hash_lanes[3] = -HASH_P1;
	slot->hash_at = address;
	slot->hash_left = length;
	bpf_loop(ES_HASH_MAX / WINDOW, hash_window, &slot, 0);
	if (slot->hash_left)
		return 0;
	hash_finish(slot, length);
	return 1;
}
#endif
