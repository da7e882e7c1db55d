/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Reading the target's memory: first without faulting, then (in a sleepable program) with: pages of read-only data that
 * the target never touched are not resident, and only a fault brings them in. A bad address is an error, never a crash.
 */
#ifndef ERRSCOPE_MEMORY_BPF_H
#define ERRSCOPE_MEMORY_BPF_H

#define PAGE 4096

/*
 * The smaller of the two, in a way that the verifier can follow: behind the barrier the compiler knows nothing of the
 * first comparison, so the second stays, on the very register that is then used.
 */
static __always_inline __u32 at_most(__u64 value, __u32 limit)
{
	__u32 bounded = value < limit ? value : limit;

	barrier_var(bounded);
	return bounded > limit ? limit : bounded;
}

/* 0, or a negative errno: then the bytes at `to` are zero or undefined. */
static __always_inline long read_user(void *to, __u32 size, __u64 from)
{
	long error = bpf_probe_read_user(to, size, (void *)from);

#ifdef SLEEPABLE
	if (error)
		error = bpf_copy_from_user(to, size, (void *)from);
#endif
	return error;
}

/*
 * Bytes read: `size`, or those up to the first page border if the page after it can't be read, or 0. `size` is at most
 * one page: so there's one border at most.
 */
static __always_inline __u32 read_user_partly(void *to, __u32 size, __u64 from)
{
	__u32 first = PAGE - (from & (PAGE - 1));

	if (!read_user(to, size, from))
		return size;
	if (first >= size || read_user(to, first, from))
		return 0;
	return first;
}

/* The word at `from`, or 0 and *error set. */
static __always_inline __u64 read_word(__u64 from, long *error)
{
	__u64 word = 0;

	*error = read_user(&word, sizeof(word), from);
	return *error ? 0 : word;
}

/* A field of a runtime struct; 0 where its offset is not determined or the memory can't be read. */
static __always_inline __u64 read_field(__u64 object, __u32 offset)
{
	long error;

	if (offset == ES_NOT_DETERMINED || !object)
		return 0;
	return read_word(object + offset, &error);
}
#endif
