/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Every struct that crosses between the BPF programs, the tracer and the server: this file is the single source. The
 * TypeScript side (server/tracer/wire.gen.ts) is generated from the BPF object's BTF. All integers are little-endian
 * and naturally aligned; no struct has implicit padding. Addresses named "static" are those in the ELF file; a run-time
 * address is static + bias, and bias is (ip of the hit - pc of the site), so no one has to know it beforehand.
 */
#ifndef ERRSCOPE_WIRE_H
#define ERRSCOPE_WIRE_H

#define ES_WIRE_VERSION 1

/* ---- the plan: what static analysis tells the kernel side ---- */

/* Where a word is when the probed instruction is about to run. */
enum es_loc_kind {
	ES_LOC_NONE = 0,  /* not needed or not known */
	ES_LOC_REG = 1,   /* the register */
	ES_LOC_MEM = 2,   /* the 8 bytes at register + disp */
	ES_LOC_ADDR = 3,  /* register + disp itself (an address on the stack or in an object) */
	ES_LOC_CONST = 4, /* bias + disp (a static address: itab or read-only data) */
	ES_LOC_GLOBAL = 5 /* the 8 bytes at bias + disp */
};

/* Registers count in the ABI's encoding order: x86-64 rax rcx rdx rbx rsp rbp rsi rdi r8..r15; arm64 x0..x30, 31 = sp. */
struct es_loc {
	__u8 kind;
	__u8 reg;
	__u16 pad;
	__u32 pad2;
	__s64 disp;
};

enum es_op {
	ES_OP_NEW = 1,
	ES_OP_WRAP = 2,
	ES_OP_JOIN = 3,
	ES_OP_SENTINEL = 4,
	ES_OP_CONVERT = 5,
	ES_OP_RETURN = 6,
	ES_OP_PANIC = 7,
	ES_OP_RECOVER = 8,
	ES_OP_FATAL = 9,
	ES_OP_GOEXIT = 10
};

enum es_site_flag {
	/* word0 is a type word (an `any`), not an itab */
	ES_SITE_EFACE = 1,
	/* other paths reach this instruction too: nil or another itab is normal here (counted as passed, not mismatched) */
	ES_SITE_SHARED = 2
};

struct es_site {
	__u64 pc;             /* static address of the probed instruction */
	__u64 itab;           /* static address of the only itab expected, 0: any in the plan's itab set */
	struct es_loc word0;  /* itab or type word */
	struct es_loc word1;  /* data word */
	__u32 plan;
	__u32 sp_delta;       /* bytes from SP at pc to the caller's return address (pclntab's pcsp + pushed) */
	__u8 op;
	__u8 flags;
	__u16 pad;
	__u32 burst;          /* token bucket: tokens kept; 0: no limit */
	__u32 rate;           /* tokens a second */
	__u32 pad2;
};

/* Version facts of one binary. An offset of 0xffffffff is "not determined": the value is then left 0. */
struct es_plan {
	__u32 goid_off;        /* g.goid */
	__u32 parent_goid_off; /* g.parentGoid */
	__u32 gopc_off;        /* g.gopc */
	__u32 itab_inter_off;  /* runtime.itab: interface type */
	__u32 itab_type_off;   /* runtime.itab: dynamic type */
	__u32 max_string;      /* bytes of a string captured, at most 4096 */
	__u32 max_nodes;       /* error values of one event, at most 65536 */
	__u32 max_depth;
	__u64 text_start;      /* static */
	__u64 text_end;
};

enum es_field_kind {
	ES_FIELD_STRING = 1, /* string header: captured */
	ES_FIELD_BYTES = 2,  /* slice of bytes: captured like a string */
	ES_FIELD_IFACE = 3,  /* interface with an itab: a cause if its type has a layout flagged ERROR */
	ES_FIELD_EFACE = 4,  /* any */
	ES_FIELD_ERRORS = 5, /* slice of interfaces with itabs ([]error) */
	ES_FIELD_PTR = 6     /* pointer to an object whose type is `type` (typed pointer: no itab) */
};
enum es_via { ES_VIA_UNWRAP = 1, ES_VIA_FIELD = 2, ES_VIA_MENTION = 3 };

struct es_field {
	__u16 off;  /* in the object, multiple of 8 */
	__u8 kind;
	__u8 via;
	__u32 pad;
	__u64 type; /* ES_FIELD_PTR: static address of the pointer's type */
};

#define ES_MAX_FIELDS 16
#define ES_OBJ_MAX 512 /* bytes of an object that are copied */

enum es_layout_flag {
	ES_LAYOUT_ERROR = 1,
	/* the data word is the value itself (pointer-shaped non-pointer types: map, chan, func, struct{p *T}) */
	ES_LAYOUT_DIRECT = 2
};

/* Keyed by dynamic type (static address of its runtime type). For *T, `size` and fields are those of T. */
struct es_layout_key {
	__u32 plan;
	__u32 pad;
	__u64 type;
};
struct es_layout {
	__u32 size; /* true size of the object in bytes; at most ES_OBJ_MAX is copied */
	__u16 nfields;
	__u16 flags;
	struct es_field fields[ES_MAX_FIELDS];
};
struct es_itab_key {
	__u32 plan;
	__u32 pad;
	__u64 itab; /* static */
};

/* Exact, per site: hits = passed + mismatched + sampled + emitted + lost. */
struct es_site_counters {
	__u64 hits;
	__u64 passed;     /* nil, or another type at a shared instruction */
	__u64 mismatched; /* a word that is no itab of the plan */
	__u64 sampled;    /* over the rate: not recorded */
	__u64 emitted;    /* last part was submitted */
	__u64 lost_ring;  /* ring full */
	__u64 lost_slot;  /* no free scratch slot */
	__u64 lost_other;
};

/* ---- records: ring buffer to server ---- */

enum es_record_kind {
	ES_REC_EVENT = 1, /* one part of an event: struct es_part, then items */
	ES_REC_EXEC = 2,  /* struct es_proc */
	ES_REC_EXIT = 3,  /* struct es_proc */
	ES_REC_FORK = 4   /* struct es_proc */
};

struct es_part {
	__u16 kind; /* ES_REC_EVENT */
	__u16 last; /* 1: no further part follows */
	__u32 part; /* 0, 1, … */
	__u64 ev;   /* event number, unique while the tracer lives */
};

/* After es_part: a sequence of items, each with this head and `len` bytes in all, a multiple of 8. */
enum es_item_kind { ES_ITEM_HEAD = 1, ES_ITEM_NODE = 2, ES_ITEM_STRING = 3, ES_ITEM_FRAMES = 4, ES_ITEM_END = 5 };
struct es_item {
	__u32 kind;
	__u32 len;
};

enum es_head_flag {
	ES_HEAD_G_OK = 1,      /* stack.lo <= sp < stack.hi of the g that was read */
	ES_HEAD_ON_G0 = 2,     /* on a system stack: goid is that of m.curg where known */
	ES_HEAD_STATIC_DATA = 4
};
struct es_head { /* ES_ITEM_HEAD: first item of part 0 */
	__u32 kind, len;
	__u64 mono; /* CLOCK_MONOTONIC ns */
	__u32 pid;  /* tgid, initial pid namespace */
	__u32 tid;
	__u32 site; /* global site index = cookie */
	__u32 flags;
	__u64 goid;
	__u64 parent_goid;
	__u64 gopc; /* run time */
	__u64 g;
	__u64 sp;
	__u64 ip;
	__u64 bias;
	__u64 word0, word1;
	__u32 cpu;
	__u32 pad;
};

enum es_node_flag {
	ES_NODE_UNREADABLE = 1, /* the object's memory could not be read */
	ES_NODE_NO_LAYOUT = 2,  /* type not in the plan */
	ES_NODE_TYPED_NIL = 4,
	ES_NODE_CUT = 8,        /* causes not followed: a limit */
	ES_NODE_SEEN = 16       /* same (type, data) as node `same`: not read again */
};
struct es_node { /* ES_ITEM_NODE, then `obj_len` bytes of the object, padded to 8 */
	__u32 kind, len;
	__u32 index;     /* 0 = the error itself; breadth first */
	__u32 parent;    /* index of the parent; 0xffffffff for the root */
	__u16 depth;
	__u16 field_off; /* offset of the field in the parent that led here */
	__u8 via;
	__u8 flags;
	__u16 elem;      /* element in a []error, saturating */
	__u32 obj_len;
	__u32 same;
	__u64 itab;      /* run time; 0 for an `any` or a typed pointer */
	__u64 type;      /* run time */
	__u64 data;
};

enum es_string_flag { ES_STRING_UNREADABLE = 1 };
struct es_string { /* ES_ITEM_STRING, then `got` bytes padded to 8 */
	__u32 kind, len;
	__u32 node;
	__u16 off;  /* of the string header in the object */
	__u16 flags;
	__u64 ptr;
	__u64 true_len;
	__u32 got;
	__u32 pad;
};

struct es_frames { /* ES_ITEM_FRAMES, then `n` return addresses (run time), innermost first */
	__u32 kind, len;
	__u32 n;
	__u32 pad;
};

enum es_stack_end {
	ES_STACK_WHOLE = 0,     /* reached a frame pointer of 0 or the stack's end */
	ES_STACK_FAULT = 1,     /* memory unreadable */
	ES_STACK_UNALIGNED = 2,
	ES_STACK_BACKWARDS = 3, /* a frame pointer that does not grow */
	ES_STACK_OUTSIDE = 4,   /* left the goroutine's stack */
	ES_STACK_LIMIT = 5
};
struct es_end { /* ES_ITEM_END: last item of the last part */
	__u32 kind, len;
	__u32 nodes;
	__u32 nodes_cut; /* causes not followed */
	__u32 frames;
	__u32 stack_end;
};

struct es_proc {
	__u16 kind;
	__u16 pad;
	__u32 pid;
	__u32 parent; /* fork: parent's tgid */
	__u32 exit_code; /* as in wait(2)'s status */
	__u64 mono;
};

/* ---- the tracer's protocol: frames on stdin (commands) and stdout (replies and records) ---- */

struct es_frame {
	__u32 len;  /* of the payload that follows */
	__u16 type; /* enum es_frame_type */
	__u16 pad;
	__u32 seq;  /* of the command that a reply answers; 0 for records */
	__u32 pad2;
};

enum es_frame_type {
	/* commands */
	ES_CMD_LIST = 1,
	ES_CMD_READ = 2,
	ES_CMD_PLAN = 3,
	ES_CMD_ATTACH = 4,
	ES_CMD_DETACH = 5,
	ES_CMD_STATS = 6,
	ES_CMD_WATCH = 7,
	ES_CMD_FEATURES = 8,
	/* replies: zero or more of a kind, then DONE or ERROR */
	ES_REPLY_DONE = 64,
	ES_REPLY_ERROR = 65, /* struct es_error, then text */
	ES_REPLY_PROCESS = 66,
	ES_REPLY_DATA = 67,  /* bytes */
	ES_REPLY_STATS = 68, /* struct es_site_stats, many */
	ES_REPLY_FEATURE = 69,
	/* not asked for */
	ES_RECORD = 128,     /* a ring-buffer record */
	ES_HELLO = 129       /* struct es_hello: first frame of all */
};
#endif
