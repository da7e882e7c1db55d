/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* What the tracer tells the programs (plans, filters, options), and what they count. Sizes marked * are set at load. */
#ifndef ERRSCOPE_MAPS_BPF_H
#define ERRSCOPE_MAPS_BPF_H

/* Options: set before the load, constants for the verifier. */

/* Inode number of the tracer's pid namespace; 0: it is the initial one, and pids need no translation. */
const volatile __u32 option_pid_namespace = 0;
/* Wake the tracer when so many bytes wait in the ring; it also looks by itself every few ms while links exist. */
const volatile __u32 option_wake_bytes = 65536;

#define MAX_PLANS 256

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_PLANS);
	__type(key, __u32);
	__type(value, struct es_plan);
} plans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536); /* * */
	__type(key, __u32);
	__type(value, struct es_site);
} sites SEC(".maps");

/* An array that all processors add to atomically: exact, and much smaller than one copy a processor. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536); /* * as sites */
	__type(key, __u32);
	__type(value, struct es_site_counters);
} counters SEC(".maps");

/* Rate limit of a site. */
struct bucket {
	__u64 full_at; /* CLOCK_MONOTONIC ns at which the bucket will be full again; with rate 0: tokens used */
	__u64 over;    /* not 0: some hit was over the rate */
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536); /* * as sites */
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

/*
 * What goes over a site's rate, told apart: one instruction (in fmt.Errorf, in a generic function) may make the errors of many
 * places and types.
 */
struct kind_key {
	__u32 site;
	__u32 pad;
	__u64 type;   /* static */
	__u64 caller; /* static: the return address of the function that the site is in */
};
struct over_rate {
	__u64 kept;    /* shown all the same */
	__u64 next;    /* CLOCK_MONOTONIC ns from when on one more will be */
	__u64 skipped; /* dropped since the last that was shown */
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct kind_key);
	__type(value, struct over_rate);
} over SEC(".maps");

/* Static itab to the static address of its dynamic type. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, struct es_addr_key);
	__type(value, __u64);
} itabs SEC(".maps");

/* Interface types that include Error() string. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct es_addr_key);
	__type(value, __u8);
} interfaces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct es_layout_key);
	__type(value, struct es_layout);
} layouts SEC(".maps");

/* Processes of a `filtered` plan, beside those that are watched with ES_WATCH_FOLLOW: addr is the tgid. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct es_addr_key);
	__type(value, __u8);
} filter SEC(".maps");

/* Processes whose life is watched: tgid to enum es_watch_flag. Key 0: flags for all. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u32);
} watched SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20); /* * */
} ring SEC(".maps");

struct totals {
	__u64 events;    /* numbers given */
	__u64 proc_lost; /* process records lost: ring full */
	__u64 calls_lost; /* failed system calls not told of */
	__u64 call_second; /* for the limit on them: the second that is counted, and how many there were in it */
	__u64 call_count;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

static __always_inline void count(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}
#endif
