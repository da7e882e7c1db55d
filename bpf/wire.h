/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Every struct that crosses between the BPF programs, the tracer and the server: this file is the single source. The
 * TypeScript side (server/tracer/wire.gen.ts) is generated from the BPF object's BTF. All integers are little-endian
 * and naturally aligned; no struct has implicit padding. Addresses named "static" are those in the ELF file; a run-time
 * address is static + bias, and bias is (ip of the hit - pc of the site), so no one has to know it beforehand.
 */
#ifndef ERRSCOPE_WIRE_H
#define ERRSCOPE_WIRE_H

enum es_constant {
	ES_WIRE_VERSION = 10,
	ES_MAX_FIELDS = 16,           /* fields of one layout */
	ES_OBJ_MAX = 512,             /* bytes of an object that are copied; fields behind them are followed all the same */
	ES_STRING_MAX = 4096,         /* bytes of one string, at most */
	ES_HASH_MAX = 1048576,        /* a cut string that is longer has no hash: it would take too long */
	ES_NODES_MAX = 32768,         /* error values of one event, at most */
	ES_CHUNK_MAX = 262144,        /* bytes of one ES_REPLY_DATA */
	ES_PIECE_MAX = 4096,          /* bytes of one piece of ES_CMD_GATHER */
	ES_COMMAND_MAX = 67108864,    /* bytes of one command */
	ES_CALL_FRAMES = 32,          /* return addresses of one es_call, at most */
	ES_CALL_TEXT = 256,           /* bytes of its text */
	ES_EXEC_PATH = 256,           /* bytes of the names behind an es_proc of an exec */
	ES_PAUSES = 32,               /* of one es_thread */
	ES_PAUSE_MIN = 100000,        /* ns: a shorter one, or sum of several, isn't told */
	ES_BLOCKED_MIN = 1000000,     /* ns: the same of ES_PAUSE_BLOCKED, of which there are many */
	ES_CLUSTERED_MAX = 10000000,  /* ns: of other kinds than these, shorter ones that follow each other closely are told as one: */
	ES_CLUSTER_GAP = 10000000,    /* ns: so far apart, at most, */
	ES_CLUSTER_SPAN = 250000000,  /* ns: and within so long a time */
	ES_NOT_DETERMINED = 0xffffffff, /* an offset that static analysis could not find; also "no parent" of a root */
};

/* ---- the plan: what static analysis tells the kernel side ---- */

/* Where a word is when the probed instruction is about to run. */
enum es_loc_kind {
	ES_LOC_NONE = 0,   /* not needed or not known: 0 */
	ES_LOC_REG = 1,    /* the register */
	ES_LOC_MEM = 2,    /* the 8 bytes at register + disp */
	ES_LOC_ADDR = 3,   /* register + disp itself (an address on the stack or in an object) */
	ES_LOC_CONST = 4,  /* bias + disp (a static address: itab or read-only data) */
	ES_LOC_GLOBAL = 5, /* the 8 bytes at bias + disp */
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
	ES_OP_GOEXIT = 10,
	ES_OP_EXIT = 11,
	ES_OP_MENTION = 12,
	ES_OP_GC = 13,
	ES_OP_PARK = 14,   /* a goroutine waits: word0 is why (runtime.waitReason) */
	ES_OP_RESUME = 15, /* it goes on: word0 is g */
	ES_OP_END = 16,    /* it ends: word0 is g */
	ES_OP_START = 17,  /* it starts another one: word0 is the address of that one's function */
};

enum es_site_flag {
	/* word0 is a type word (an `any`), not an itab */
	ES_SITE_EFACE = 1,
	/* other paths reach this instruction too: nil or another itab is normal here (counted as passed, not mismatched) */
	ES_SITE_SHARED = 2,
	ES_SITE_TEXT = 4,  /* the words are no error but a string's address and length: the event has the text, and no node */
	ES_SITE_PLAIN = 8, /* the words are no error but numbers: the event has them in its head, and no node */
	ES_SITE_MARK = 16, /* recorded only of goroutines with errors in flight, without when the thread ran */
	ES_SITE_G = 32,    /* the goroutine is word0, not the one that runs; the stack is left out */
};

struct es_site {
	__u64 pc;            /* static address of the probed instruction */
	__u64 offset;        /* of that instruction in the file */
	__u64 itab;          /* static address of the only itab expected; 0: any of the plan's itabs, or a dynamic one */
	struct es_loc word0; /* itab or type word */
	struct es_loc word1; /* data word */
	__u32 plan;          /* filled in by the tracer */
	__u32 sp_delta;      /* bytes from SP at pc to SP at the function's entry (pclntab's pcsp) */
	__u8 op;
	__u8 flags;
	__u16 pad;
	__u32 burst; /* token bucket: tokens kept; 0: no limit */
	__u32 rate;  /* tokens a second; 0: the first `burst` events only */
	__u32 pad2;
};

/* Version facts of one binary, and limits. An offset of ES_NOT_DETERMINED is unknown: the value is then left 0. */
struct es_plan {
	__u32 goid_off;        /* g.goid */
	__u32 parent_goid_off; /* g.parentGoid */
	__u32 gopc_off;        /* g.gopc */
	__u32 g_m_off;         /* g.m; with m_curg_off finds the goroutine when a site is hit on a system stack */
	__u32 m_curg_off;      /* m.curg */
	__u32 itab_inter_off;  /* runtime.itab: interface type */
	__u32 itab_type_off;   /* runtime.itab: dynamic type */
	__u32 max_string;      /* bytes of a string captured, at most ES_STRING_MAX */
	__u32 max_nodes;       /* error values of one event, at most ES_NODES_MAX */
	__u32 max_depth;       /* causes below the error itself; 0: the error alone */
	__u32 filtered;        /* set by the tracer: only processes in the filter map, and those followed, count */
	__u32 wait_reason_off; /* g.waitreason, one byte */
	__u32 marks;           /* waits and starts that are told of after an error, of each goroutine; 0: none */
	__u32 pad;
};

enum es_field_kind {
	ES_FIELD_STRING = 1, /* string header: captured */
	ES_FIELD_BYTES = 2,  /* slice of bytes: captured like a string */
	ES_FIELD_IFACE = 3,  /* interface with an itab: a cause */
	ES_FIELD_EFACE = 4,  /* any: a cause if the type in it is an error */
	ES_FIELD_ERRORS = 5, /* slice of interfaces with itabs ([]error) */
	ES_FIELD_PTR = 6,    /* pointer to an object; the pointer's type is `type` (typed pointer: no itab) */
};
/*
 * How a cause is known. UNWRAP: what Unwrap returns, followed whatever its type. FIELD, MENTION: followed only if the
 * dynamic type's layout is flagged ERROR or DETAIL.
 */
enum es_via { ES_VIA_UNWRAP = 1, ES_VIA_FIELD = 2, ES_VIA_MENTION = 3 };

struct es_field {
	__u16 off; /* in the object, multiple of 8 */
	__u8 kind;
	__u8 via;
	__u32 pad;
	__u64 type; /* ES_FIELD_PTR: static address of the pointer's type */
};

enum es_layout_flag {
	ES_LAYOUT_ERROR = 1,
	/* the data word is the value itself (pointer-shaped non-pointer types: map, chan, func, struct{p *T}) */
	ES_LAYOUT_DIRECT = 2,
	/* a pointer type: `size` and fields are those of what it points at, and a data word of 0 is a typed nil */
	ES_LAYOUT_POINTER = 4,
	/* no error, but its text is part of some error's message (a net.Addr, what an `any` holds): followed like a cause */
	ES_LAYOUT_DETAIL = 8,
};

/* Keyed by dynamic type (static address of its runtime type). */
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
/* Key of the maps of itabs and of error interfaces. */
struct es_addr_key {
	__u32 plan;
	__u32 pad;
	__u64 addr; /* static */
};

/* Exact, per site: hits = passed + mismatched + sampled + emitted + lost_ring + lost_slot + lost_other. */
struct es_site_counters {
	__u64 hits;
	__u64 passed;     /* nil, or another type at a shared instruction */
	__u64 mismatched; /* a word that is no itab of the plan */
	__u64 sampled;    /* over the rate: not recorded */
	__u64 emitted;    /* last part was submitted */
	__u64 lost_ring;  /* ring full */
	__u64 lost_slot;  /* no free scratch slot */
	__u64 lost_other; /* the words themselves could not be read */
};

/* ---- records: ring buffer to server ---- */

enum es_record_kind {
	ES_REC_EVENT = 1, /* one part of an event: struct es_part, then items */
	ES_REC_EXEC = 2,  /* struct es_proc, then path_len bytes */
	ES_REC_EXIT = 3,  /* struct es_proc */
	ES_REC_FORK = 4,  /* struct es_proc */
	ES_REC_CALL = 5,  /* struct es_call, then ES_CALL_FRAMES return addresses, then ES_CALL_TEXT bytes */
	ES_REC_SIGNAL = 6, /* struct es_signal */
};

/*
 * An event is whole when parts 0..n are there and part n is the last. A part without its successors is of an event that
 * was lost (ring full) and counted so: it must be dropped.
 */
struct es_part {
	__u16 kind; /* ES_REC_EVENT */
	__u16 last; /* 1: no further part follows */
	__u32 part; /* 0, 1, … */
	__u64 ev;   /* event number, unique while the tracer lives */
};

/* After es_part: a sequence of items, each with this head and `len` bytes in all, a multiple of 8. */
enum es_item_kind {
	ES_ITEM_HEAD = 1,
	ES_ITEM_NODE = 2,
	ES_ITEM_STRING = 3,
	ES_ITEM_FRAMES = 4,
	ES_ITEM_END = 5,
	ES_ITEM_THREAD = 6,
};
struct es_item {
	__u32 kind;
	__u32 len;
};

enum es_head_flag {
	/*
	 * stack.lo <= sp < stack.hi of the g that was read. Without it the ids are 0, and the stack is what frame pointers
	 * gave without known bounds.
	 */
	ES_HEAD_G_OK = 1,
	ES_HEAD_ON_G0 = 2, /* on a system stack (g0 or gsignal): the ids are those of m.curg, or 0 where not determined */
};
struct es_head { /* ES_ITEM_HEAD: first item of part 0 */
	__u32 kind, len;
	__u64 mono; /* CLOCK_MONOTONIC ns */
	__u32 pid;  /* tgid, in the tracer's pid namespace */
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
	__u32 skipped; /* hits of this site, type and caller that the rate limit dropped since the last recorded one */
	__u32 wait_reason; /* 1 + why the goroutine waited last (runtime.waitReason); 0: not known */
	__u32 ns_pid; /* tgid in the process's own pid namespace */
};

enum es_node_flag {
	ES_NODE_UNREADABLE = 1, /* the object's memory (or the itab, if type is 0) could not be read, or only obj_len of it */
	ES_NODE_NO_LAYOUT = 2,  /* type not in the plan */
	ES_NODE_TYPED_NIL = 4,
	ES_NODE_CUT = 8,        /* some cause was not followed: a limit */
	ES_NODE_SEEN = 16,      /* same (type, data) as node `same`: not read again */
	ES_NODE_LIST_UNREADABLE = 32, /* a []error of it could not be read, or not to its end */
};
struct es_node { /* ES_ITEM_NODE, then `obj_len` bytes of the object, padded to 8 */
	__u32 kind, len;
	__u32 index;     /* 0 = the error itself; breadth first */
	__u32 parent;    /* index of the parent; ES_NOT_DETERMINED for the root */
	__u32 depth;
	__u32 elem;      /* element in a []error, else 0 */
	__u16 field_off; /* offset of the field in the parent that led here */
	__u8 via;
	__u8 flags;
	__u32 obj_len;
	__u32 same;
	__u32 cut;  /* causes of it that are not followed: of es_end.nodes_cut */
	__u64 itab; /* run time; 0 for an `any` or a typed pointer */
	__u64 type; /* run time */
	__u64 data;
};

enum es_string_flag {
	ES_STRING_UNREADABLE = 1, /* fewer than min(true_len, limit) bytes could be read */
	ES_STRING_HASHED = 2,
};
struct es_string { /* ES_ITEM_STRING, then `got` bytes padded to 8; a node's strings stand before its ES_ITEM_NODE */
	__u32 kind, len;
	__u32 node;
	__u16 off; /* of the string header in the object */
	__u16 flags;
	__u64 ptr;
	__u64 true_len;
	__u32 got;
	__u32 pad;
	__u64 hash; /* with ES_STRING_HASHED: XXH64, seed 0, of the whole string, of which only the first bytes are here */
};

struct es_frames { /* ES_ITEM_FRAMES, then `n` return addresses (run time), innermost first; several items concatenate */
	__u32 kind, len;
	__u32 n;
	__u32 pad;
};

enum es_pause_kind {
	ES_PAUSE_RUNNABLE = 1, /* ready to run, and no processor had it */
	ES_PAUSE_BLOCKED = 2,  /* asleep, in a system call or for another reason */
	ES_PAUSE_SOFTIRQ = 3,  /* its processor ran softirqs on top of it */
	ES_PAUSE_HARDIRQ = 4,  /* … interrupt handlers */
	ES_PAUSE_FAULT = 5,    /* asleep in a page fault, for a disk */
	ES_PAUSE_RECLAIM = 6,  /* the kernel made it free memory before it could have some */
};
/* A time in which a thread did not run; or several pauses of interrupts, faults or reclaim: from the first start to the last end. */
struct es_pause {
	__u64 start; /* CLOCK_MONOTONIC ns */
	__u64 end;
	__u32 kind;
	__u32 count;
	__u32 call; /* ES_PAUSE_BLOCKED: the number of the system call that it slept in, or ES_NOT_DETERMINED */
	__u32 took; /* ns of several together; 0: it is one */
};
/* ES_ITEM_THREAD, then ES_PAUSES es_pause, in no order; `end` of those never used is 0. */
struct es_thread {
	__u32 kind, len;
	__u64 since;    /* CLOCK_MONOTONIC ns from when on all its pauses are here */
	__u64 throttled; /* ns that the cgroup's quota has kept its tasks from running since it was made, over all processors */
};

enum es_stack_end {
	ES_STACK_WHOLE = 0,     /* reached a frame pointer of 0 or the stack's end */
	ES_STACK_FAULT = 1,     /* memory unreadable */
	ES_STACK_UNALIGNED = 2, /* a frame pointer that is no multiple of 8 */
	ES_STACK_BACKWARDS = 3, /* a frame pointer that does not grow */
	ES_STACK_OUTSIDE = 4,   /* left the goroutine's stack */
	ES_STACK_LIMIT = 5,
};
struct es_end { /* ES_ITEM_END: last item of the last part */
	__u32 kind, len;
	__u32 nodes;
	__u32 nodes_cut; /* causes not followed; each element of a cut []error counts, nil or not */
	__u32 frames;
	__u32 stack_end;
};

/* A process was started, replaced its program, or ended (its last thread did). */
struct es_proc {
	__u16 kind;
	__u16 pad;
	__u32 pid;       /* tgid, in the tracer's pid namespace */
	__u32 parent;    /* tgid of the parent */
	__u32 exit_code; /* ES_REC_EXIT: as in wait(2)'s status, else 0 */
	__u64 mono;      /* CLOCK_MONOTONIC ns */
	__u64 ino;       /* ES_REC_EXEC: inode number of the executable */
	__u32 path_len;  /* ES_REC_EXEC: names of the executable and of the folders above it, innermost first, each ended by NUL; 0: too long */
	__u32 ns_pid;    /* ES_REC_EXEC: tgid in the process's own pid namespace */
};

enum es_signal_flag {
	ES_SIGNAL_KERNEL = 1, /* of the kernel's own (a limit, a timer), not a fault of the thread */
	ES_SIGNAL_OOM = 2,    /* the process was chosen to be killed for want of memory */
	ES_SIGNAL_FAULT = 4,  /* address is what the thread could not reach, or the instruction at fault */
};
/* A signal that ends processes was sent to a watched one. */
struct es_signal {
	__u16 kind;
	__u16 flags;
	__u32 pid; /* tgid, in the tracer's pid namespace */
	__u32 tid; /* of the thread it was sent to */
	__u32 number;
	__s32 code;   /* si_code of sigaction(2) */
	__u32 sender; /* tgid; 0: the kernel, or (without ES_SIGNAL_KERNEL) a process outside the tracer's pid namespace */
	__u64 address;
	__u64 mono;
	__u8 sender_name[16]; /* its comm */
};

enum es_call_flag {
	ES_CALL_SO_ERROR = 1, /* getsockopt(SO_ERROR) succeeded, and told of this error on the socket */
	ES_CALL_PATH = 2,     /* text: the path argument */
	ES_CALL_ADDRESS = 4,  /* text: the struct sockaddr argument */
	ES_CALL_FILE = 8,     /* text: names of the descriptor's file and its parents, innermost first, each ended by NUL */
	ES_CALL_SOCKET = 16,  /* the descriptor is a socket: family, addresses and ports are set */
	ES_CALL_FD = 32,      /* an argument is a descriptor */
	ES_CALL_RING = 64,    /* no call: a request of io_uring, completed; number: its opcode, or ES_NOT_DETERMINED; g: 0, not known */
};

/* A system call that failed. Interrupted ones, those that would block, and waits on futexes are left out. */
struct es_call {
	__u16 kind;
	__u16 flags;
	__u32 pid; /* tgid, in the tracer's pid namespace */
	__u32 tid;
	__u32 number;
	__u32 error; /* errno */
	__u32 frames;
	__u32 text_len;
	__u16 family; /* of the socket */
	__u16 pad;
	__u16 local_port;
	__u16 remote_port; /* both in host order */
	__s32 fd; /* with ES_CALL_FD */
	__u64 mono;  /* CLOCK_MONOTONIC ns, when it returned */
	__u64 start; /* when it was entered; 0: not seen */
	__u64 g;     /* the register that holds g in Go code */
	__u64 args[6];
	__u64 local[2]; /* bytes of the address; IPv4 has 4 */
	__u64 remote[2];
};

/* ---- the tracer's protocol: frames on stdin (commands) and stdout (replies and records) ---- */

struct es_frame {
	__u32 len;  /* of the payload that follows */
	__u16 type; /* enum es_frame_type */
	__u16 pad;
	__u32 seq; /* of the command that a reply answers; 0 for records */
	__u32 pad2;
};

enum es_frame_type {
	/* commands */
	ES_CMD_LIST = 1,     /* no payload: every process; or a __u32: this one, nothing if there is none */
	ES_CMD_READ = 2,     /* struct es_read, then a path */
	ES_CMD_PLAN = 3,     /* struct es_plan_upload and its arrays */
	ES_CMD_ATTACH = 4,   /* struct es_attach, then a path */
	ES_CMD_DETACH = 5,   /* struct es_detach */
	ES_CMD_STATS = 6,    /* no payload */
	ES_CMD_WATCH = 7,    /* struct es_watch */
	ES_CMD_FEATURES = 8, /* no payload */
	ES_CMD_CLOCK = 9,    /* no payload */
	ES_CMD_GATHER = 10,  /* struct es_gather, then the addresses */
	/* replies: zero or more of a kind, then DONE or ERROR */
	ES_REPLY_DONE = 64,     /* no payload */
	ES_REPLY_ERROR = 65,    /* struct es_error, then text */
	ES_REPLY_PROCESS = 66,  /* struct es_process, then its strings */
	ES_REPLY_DATA = 67,     /* bytes */
	ES_REPLY_STATS = 68,    /* struct es_site_stats, many; sites that were never hit are left out */
	ES_REPLY_FEATURE = 69,  /* struct es_feature, then text */
	ES_REPLY_FILE = 70,     /* struct es_file: before the data of an executable */
	ES_REPLY_PLAN = 71,     /* struct es_plan_reply */
	ES_REPLY_ATTACH = 72,   /* struct es_attach_reply, then struct es_bad_site, many */
	ES_REPLY_TRACER = 73,   /* struct es_tracer_stats */
	ES_REPLY_CLOCK = 74,    /* struct es_clock */
	/* not asked for */
	ES_RECORD = 128, /* a ring-buffer record */
	ES_HELLO = 129,  /* struct es_hello: first frame of all */
};

struct es_hello {
	__u32 version; /* ES_WIRE_VERSION */
	__u32 pid;
	__u32 uid; /* effective */
	__u32 max_sites;
};

/* What to do about it is in the text; the reason is for code. */
enum es_reason {
	ES_REASON_COMMAND = 1,   /* malformed command */
	ES_REASON_PRIVILEGE = 2, /* missing capability, or the kernel is locked down */
	ES_REASON_KERNEL = 3,    /* this kernel can't */
	ES_REASON_NO_PROCESS = 4,
	ES_REASON_NO_FILE = 5,
	ES_REASON_CHANGED = 6, /* the executable is not the one that was analysed */
	ES_REASON_FULL = 7,    /* no room for more sites, itabs or layouts */
	ES_REASON_UNKNOWN = 8, /* no such plan or link */
	ES_REASON_SYSTEM = 9,  /* any other error of a system call */
};
struct es_error {
	__u32 reason; /* enum es_reason */
	__u32 code;   /* errno, 0 if none */
};

/* Identity of a file: what was analysed must be what is probed. */
struct es_file {
	__u64 dev;
	__u64 ino;
	__u64 size;
	__s64 mtime; /* ns since 1970 */
};

struct es_process {
	__u32 pid;
	__u32 ppid;
	__u32 uid;
	__u16 exe_len; /* the strings that follow, in this order */
	__u16 name_len;
	__u16 cmd_len; /* arguments separated by NUL, cut at 1024 bytes */
	__u16 pad;
	__u32 pad2;
	__u64 start;         /* ticks since boot: /proc/PID/stat field 22 */
	struct es_file file; /* of the executable; all 0 if it can't be read */
};

enum es_read_what {
	ES_READ_EXE = 1,  /* the executable of pid, also if it was deleted or replaced: ES_REPLY_FILE, then the data */
	ES_READ_MAPS = 2, /* text of /proc/PID/maps */
	ES_READ_MEM = 3,  /* memory of pid: `length` bytes at `offset` */
	ES_READ_PATH = 4, /* an ELF file by path (as pid sees it, if pid isn't 0): ES_REPLY_FILE, then the data */
};
struct es_read {
	__u32 pid;
	__u16 what;
	__u16 pad;
	__u64 offset;
	__u64 length; /* 0: to the end */
};

/* Many pieces of one process's memory: ES_REPLY_DATA, all pieces one after the other; one that can't be read is zeros. */
struct es_gather {
	__u32 pid;
	__u32 length; /* bytes of each piece, at most ES_PIECE_MAX; __u64 addresses follow */
};

struct es_plan_upload {
	__u32 sites;      /* struct es_site follow */
	__u32 itabs;      /* then struct es_itab */
	__u32 interfaces; /* then __u64, static addresses of interface types that include Error() string */
	__u32 layouts;    /* then struct es_type_layout */
	struct es_plan plan;
};
struct es_itab {
	__u64 itab; /* static */
	__u64 type; /* static: its dynamic type */
};
struct es_type_layout {
	__u64 type; /* static */
	struct es_layout layout;
};
struct es_plan_reply {
	__u32 plan;
	__u32 first_site; /* global index of the plan's site 0 */
};

enum es_attach_flag {
	ES_ATTACH_PERF = 1, /* perf uprobes even where the kernel has uprobe_multi */
	ES_ATTACH_FOLLOWED = 2, /* pid 0: every process of the file that is watched with ES_WATCH_FOLLOW, later ones too */
};
struct es_attach {
	__u32 plan;
	__u32 pid;     /* only this process; 0: every process of the file, later ones too */
	__u32 exe_pid; /* the file is this process's executable; 0: the path that follows */
	__u32 flags;
	struct es_file file; /* what was analysed */
};
enum es_method {
	ES_METHOD_MULTI_SLEEPABLE = 1,
	ES_METHOD_MULTI = 2,
	ES_METHOD_PERF_SLEEPABLE = 3,
	ES_METHOD_PERF = 4,
};
struct es_attach_reply {
	__u32 link;
	__u32 attached; /* sites */
	__u32 bad;      /* sites that the kernel refuses to probe: es_bad_site follow */
	__u32 skipped;  /* sites over the cap of perf uprobes: the plan's last ones */
	__u32 method;
	__u32 pad;
};
struct es_bad_site {
	__u32 site; /* global index */
	__u32 code; /* errno; 524 (ENOTSUPP): an instruction that the kernel can't probe */
};

struct es_detach {
	__u32 link; /* 0: all */
	__u32 pad;
};

struct es_site_stats {
	__u32 site;
	__u32 pad;
	struct es_site_counters counters;
};
struct es_tracer_stats {
	__u64 records;    /* put into the spool */
	__u64 spool;      /* bytes waiting for the reader */
	__u64 spool_peak;
	__u64 spool_max;
	__u64 ring;       /* bytes waiting in the kernel */
	__u64 proc_lost;  /* es_proc records lost: ring full */
	__u64 calls_lost; /* es_call records lost: ring full, or too many in a second */
};

struct es_clock {
	__u64 now; /* CLOCK_MONOTONIC ns, as BPF programs stamp records with it */
};

enum es_watch_flag {
	ES_WATCH_EXIT = 1,
	ES_WATCH_EXEC = 2,
	ES_WATCH_FORK = 4,
	ES_WATCH_FOLLOW = 8, /* its children are watched in the same way */
	ES_WATCH_CALLS = 16, /* failed system calls */
	ES_WATCH_SCHED = 32, /* when its threads ran; needs ES_WATCH_CALLS */
};
struct es_watch {
	__u32 pid;   /* 0: every process (only ES_WATCH_EXEC) */
	__u32 flags; /* 0: stop watching */
};

enum es_feature_id {
	ES_FEATURE_KERNEL = 1, /* text: release */
	ES_FEATURE_BTF = 2,
	ES_FEATURE_BPF = 3, /* may load programs */
	ES_FEATURE_RINGBUF = 4,
	ES_FEATURE_LOOP = 5, /* bpf_loop */
	ES_FEATURE_UPROBE_MULTI = 6,
	ES_FEATURE_SLEEPABLE = 7,
	ES_FEATURE_PERF_UPROBE = 8,
	ES_FEATURE_TRACEPOINTS = 9, /* tp_btf */
	ES_FEATURE_LOCKDOWN = 10,   /* ok: lockdown leaves what we need */
	ES_FEATURE_CAPABILITIES = 11,
	ES_FEATURE_MEMLOCK = 12,
	ES_FEATURE_PTRACE = 13, /* may read other processes' executables and memory */
	ES_FEATURE_CALLS = 14,  /* failed system calls are seen */
	ES_FEATURE_SCHED = 15,  /* when threads ran is seen */
	ES_FEATURE_PIDS = 16,   /* /proc is of the tracer's own pid namespace; text: which processes are seen */
};
struct es_feature {
	__u32 id;
	__u32 ok;
};
#endif
