/* Generated from bpf/wire.h by server/tracer/generate/main.ts: don't edit. */

export const wireDigest = "0516494000be76082ce83259d8301483029aa947fed2e62b071b832156d35403";

/* 64-bit values are numbers: above 2^53, which no address, length or time reaches, they are rounded. */
const u64 = (view: DataView, at: number) => view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
const s64 = (view: DataView, at: number) => view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
const set64 = (view: DataView, at: number, value: number) => {
  view.setUint32(at, value % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
};

export const esConstant = {
  WIRE_VERSION: 10,
  MAX_FIELDS: 16,
  OBJ_MAX: 512,
  STRING_MAX: 4096,
  HASH_MAX: 1048576,
  NODES_MAX: 32768,
  CHUNK_MAX: 262144,
  PIECE_MAX: 4096,
  COMMAND_MAX: 67108864,
  CALL_FRAMES: 32,
  CALL_TEXT: 256,
  EXEC_PATH: 256,
  PAUSES: 32,
  PAUSE_MIN: 100000,
  BLOCKED_MIN: 1000000,
  CLUSTERED_MAX: 10000000,
  CLUSTER_GAP: 10000000,
  CLUSTER_SPAN: 250000000,
  NOT_DETERMINED: 4294967295,
} as const;

export const esLocKind = {
  NONE: 0,
  REG: 1,
  MEM: 2,
  ADDR: 3,
  CONST: 4,
  GLOBAL: 5,
} as const;

export const esOp = {
  NEW: 1,
  WRAP: 2,
  JOIN: 3,
  SENTINEL: 4,
  CONVERT: 5,
  RETURN: 6,
  PANIC: 7,
  RECOVER: 8,
  FATAL: 9,
  GOEXIT: 10,
  EXIT: 11,
  MENTION: 12,
  GC: 13,
  PARK: 14,
  RESUME: 15,
  END: 16,
  START: 17,
} as const;

export const esSiteFlag = {
  EFACE: 1,
  SHARED: 2,
  TEXT: 4,
  PLAIN: 8,
  MARK: 16,
  G: 32,
} as const;

export const esFieldKind = {
  STRING: 1,
  BYTES: 2,
  IFACE: 3,
  EFACE: 4,
  ERRORS: 5,
  PTR: 6,
} as const;

export const esVia = {
  UNWRAP: 1,
  FIELD: 2,
  MENTION: 3,
} as const;

export const esLayoutFlag = {
  ERROR: 1,
  DIRECT: 2,
  POINTER: 4,
  DETAIL: 8,
} as const;

export const esRecordKind = {
  EVENT: 1,
  EXEC: 2,
  EXIT: 3,
  FORK: 4,
  CALL: 5,
  SIGNAL: 6,
} as const;

export const esItemKind = {
  HEAD: 1,
  NODE: 2,
  STRING: 3,
  FRAMES: 4,
  END: 5,
  THREAD: 6,
} as const;

export const esHeadFlag = {
  G_OK: 1,
  ON_G0: 2,
} as const;

export const esNodeFlag = {
  UNREADABLE: 1,
  NO_LAYOUT: 2,
  TYPED_NIL: 4,
  CUT: 8,
  SEEN: 16,
  LIST_UNREADABLE: 32,
} as const;

export const esStringFlag = {
  UNREADABLE: 1,
  HASHED: 2,
} as const;

export const esPauseKind = {
  RUNNABLE: 1,
  BLOCKED: 2,
  SOFTIRQ: 3,
  HARDIRQ: 4,
  FAULT: 5,
  RECLAIM: 6,
} as const;

export const esStackEnd = {
  WHOLE: 0,
  FAULT: 1,
  UNALIGNED: 2,
  BACKWARDS: 3,
  OUTSIDE: 4,
  LIMIT: 5,
} as const;

export const esSignalFlag = {
  KERNEL: 1,
  OOM: 2,
  FAULT: 4,
} as const;

export const esCallFlag = {
  SO_ERROR: 1,
  PATH: 2,
  ADDRESS: 4,
  FILE: 8,
  SOCKET: 16,
  FD: 32,
  RING: 64,
} as const;

export const esFrameType = {
  CMD_LIST: 1,
  CMD_READ: 2,
  CMD_PLAN: 3,
  CMD_ATTACH: 4,
  CMD_DETACH: 5,
  CMD_STATS: 6,
  CMD_WATCH: 7,
  CMD_FEATURES: 8,
  CMD_CLOCK: 9,
  CMD_GATHER: 10,
  REPLY_DONE: 64,
  REPLY_ERROR: 65,
  REPLY_PROCESS: 66,
  REPLY_DATA: 67,
  REPLY_STATS: 68,
  REPLY_FEATURE: 69,
  REPLY_FILE: 70,
  REPLY_PLAN: 71,
  REPLY_ATTACH: 72,
  REPLY_TRACER: 73,
  REPLY_CLOCK: 74,
  RECORD: 128,
  HELLO: 129,
} as const;

export const esReason = {
  COMMAND: 1,
  PRIVILEGE: 2,
  KERNEL: 3,
  NO_PROCESS: 4,
  NO_FILE: 5,
  CHANGED: 6,
  FULL: 7,
  UNKNOWN: 8,
  SYSTEM: 9,
} as const;

export const esReadWhat = {
  EXE: 1,
  MAPS: 2,
  MEM: 3,
  PATH: 4,
} as const;

export const esAttachFlag = {
  PERF: 1,
  FOLLOWED: 2,
} as const;

export const esMethod = {
  MULTI_SLEEPABLE: 1,
  MULTI: 2,
  PERF_SLEEPABLE: 3,
  PERF: 4,
} as const;

export const esWatchFlag = {
  EXIT: 1,
  EXEC: 2,
  FORK: 4,
  FOLLOW: 8,
  CALLS: 16,
  SCHED: 32,
} as const;

export const esFeatureId = {
  KERNEL: 1,
  BTF: 2,
  BPF: 3,
  RINGBUF: 4,
  LOOP: 5,
  UPROBE_MULTI: 6,
  SLEEPABLE: 7,
  PERF_UPROBE: 8,
  TRACEPOINTS: 9,
  LOCKDOWN: 10,
  CAPABILITIES: 11,
  MEMLOCK: 12,
  PTRACE: 13,
  CALLS: 14,
  SCHED: 15,
  PIDS: 16,
} as const;

export interface EsLoc {
  kind: number;
  reg: number;
  disp: number;
}
export const esLoc = {
  size: 16,
  offset: { kind: 0, reg: 1, disp: 8 },
  read: (view: DataView, at: number): EsLoc => ({
    kind: view.getUint8(at),
    reg: view.getUint8(at + 1),
    disp: s64(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsLoc): void {
    view.setUint8(at, value.kind);
    view.setUint8(at + 1, value.reg);
    set64(view, at + 8, value.disp);
  },
} as const;

export interface EsSite {
  pc: number;
  offset: number;
  itab: number;
  word0: EsLoc;
  word1: EsLoc;
  plan: number;
  spDelta: number;
  op: number;
  flags: number;
  burst: number;
  rate: number;
}
export const esSite = {
  size: 80,
  offset: { pc: 0, offset: 8, itab: 16, word0: 24, word1: 40, plan: 56, spDelta: 60, op: 64, flags: 65, burst: 68, rate: 72 },
  read: (view: DataView, at: number): EsSite => ({
    pc: u64(view, at),
    offset: u64(view, at + 8),
    itab: u64(view, at + 16),
    word0: esLoc.read(view, at + 24),
    word1: esLoc.read(view, at + 40),
    plan: view.getUint32(at + 56, true),
    spDelta: view.getUint32(at + 60, true),
    op: view.getUint8(at + 64),
    flags: view.getUint8(at + 65),
    burst: view.getUint32(at + 68, true),
    rate: view.getUint32(at + 72, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsSite): void {
    set64(view, at, value.pc);
    set64(view, at + 8, value.offset);
    set64(view, at + 16, value.itab);
    esLoc.write(view, at + 24, value.word0);
    esLoc.write(view, at + 40, value.word1);
    view.setUint32(at + 56, value.plan, true);
    view.setUint32(at + 60, value.spDelta, true);
    view.setUint8(at + 64, value.op);
    view.setUint8(at + 65, value.flags);
    view.setUint32(at + 68, value.burst, true);
    view.setUint32(at + 72, value.rate, true);
  },
} as const;

export interface EsPlan {
  goidOff: number;
  parentGoidOff: number;
  gopcOff: number;
  gMOff: number;
  mCurgOff: number;
  itabInterOff: number;
  itabTypeOff: number;
  maxString: number;
  maxNodes: number;
  maxDepth: number;
  filtered: number;
  waitReasonOff: number;
  marks: number;
}
export const esPlan = {
  size: 56,
  offset: { goidOff: 0, parentGoidOff: 4, gopcOff: 8, gMOff: 12, mCurgOff: 16, itabInterOff: 20, itabTypeOff: 24, maxString: 28, maxNodes: 32, maxDepth: 36, filtered: 40, waitReasonOff: 44, marks: 48 },
  read: (view: DataView, at: number): EsPlan => ({
    goidOff: view.getUint32(at, true),
    parentGoidOff: view.getUint32(at + 4, true),
    gopcOff: view.getUint32(at + 8, true),
    gMOff: view.getUint32(at + 12, true),
    mCurgOff: view.getUint32(at + 16, true),
    itabInterOff: view.getUint32(at + 20, true),
    itabTypeOff: view.getUint32(at + 24, true),
    maxString: view.getUint32(at + 28, true),
    maxNodes: view.getUint32(at + 32, true),
    maxDepth: view.getUint32(at + 36, true),
    filtered: view.getUint32(at + 40, true),
    waitReasonOff: view.getUint32(at + 44, true),
    marks: view.getUint32(at + 48, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsPlan): void {
    view.setUint32(at, value.goidOff, true);
    view.setUint32(at + 4, value.parentGoidOff, true);
    view.setUint32(at + 8, value.gopcOff, true);
    view.setUint32(at + 12, value.gMOff, true);
    view.setUint32(at + 16, value.mCurgOff, true);
    view.setUint32(at + 20, value.itabInterOff, true);
    view.setUint32(at + 24, value.itabTypeOff, true);
    view.setUint32(at + 28, value.maxString, true);
    view.setUint32(at + 32, value.maxNodes, true);
    view.setUint32(at + 36, value.maxDepth, true);
    view.setUint32(at + 40, value.filtered, true);
    view.setUint32(at + 44, value.waitReasonOff, true);
    view.setUint32(at + 48, value.marks, true);
  },
} as const;

export interface EsField {
  off: number;
  kind: number;
  via: number;
  type: number;
}
export const esField = {
  size: 16,
  offset: { off: 0, kind: 2, via: 3, type: 8 },
  read: (view: DataView, at: number): EsField => ({
    off: view.getUint16(at, true),
    kind: view.getUint8(at + 2),
    via: view.getUint8(at + 3),
    type: u64(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsField): void {
    view.setUint16(at, value.off, true);
    view.setUint8(at + 2, value.kind);
    view.setUint8(at + 3, value.via);
    set64(view, at + 8, value.type);
  },
} as const;

export interface EsLayoutKey {
  plan: number;
  type: number;
}
export const esLayoutKey = {
  size: 16,
  offset: { plan: 0, type: 8 },
  read: (view: DataView, at: number): EsLayoutKey => ({
    plan: view.getUint32(at, true),
    type: u64(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsLayoutKey): void {
    view.setUint32(at, value.plan, true);
    set64(view, at + 8, value.type);
  },
} as const;

export interface EsLayout {
  size: number;
  nfields: number;
  flags: number;
  fields: EsField[];
}
export const esLayout = {
  size: 264,
  offset: { size: 0, nfields: 4, flags: 6, fields: 8 },
  read: (view: DataView, at: number): EsLayout => ({
    size: view.getUint32(at, true),
    nfields: view.getUint16(at + 4, true),
    flags: view.getUint16(at + 6, true),
    fields: Array.from({ length: 16 }, (_, index) => esField.read(view, at + 8 + index * 16)),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsLayout): void {
    view.setUint32(at, value.size, true);
    view.setUint16(at + 4, value.nfields, true);
    view.setUint16(at + 6, value.flags, true);
    for (let index = 0; index < 16; index++) esField.write(view, at + 8 + index * 16, value.fields[index]!);
  },
} as const;

export interface EsAddrKey {
  plan: number;
  addr: number;
}
export const esAddrKey = {
  size: 16,
  offset: { plan: 0, addr: 8 },
  read: (view: DataView, at: number): EsAddrKey => ({
    plan: view.getUint32(at, true),
    addr: u64(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsAddrKey): void {
    view.setUint32(at, value.plan, true);
    set64(view, at + 8, value.addr);
  },
} as const;

export interface EsSiteCounters {
  hits: number;
  passed: number;
  mismatched: number;
  sampled: number;
  emitted: number;
  lostRing: number;
  lostSlot: number;
  lostOther: number;
}
export const esSiteCounters = {
  size: 64,
  offset: { hits: 0, passed: 8, mismatched: 16, sampled: 24, emitted: 32, lostRing: 40, lostSlot: 48, lostOther: 56 },
  read: (view: DataView, at: number): EsSiteCounters => ({
    hits: u64(view, at),
    passed: u64(view, at + 8),
    mismatched: u64(view, at + 16),
    sampled: u64(view, at + 24),
    emitted: u64(view, at + 32),
    lostRing: u64(view, at + 40),
    lostSlot: u64(view, at + 48),
    lostOther: u64(view, at + 56),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsSiteCounters): void {
    set64(view, at, value.hits);
    set64(view, at + 8, value.passed);
    set64(view, at + 16, value.mismatched);
    set64(view, at + 24, value.sampled);
    set64(view, at + 32, value.emitted);
    set64(view, at + 40, value.lostRing);
    set64(view, at + 48, value.lostSlot);
    set64(view, at + 56, value.lostOther);
  },
} as const;

export interface EsPart {
  kind: number;
  last: number;
  part: number;
  ev: number;
}
export const esPart = {
  size: 16,
  offset: { kind: 0, last: 2, part: 4, ev: 8 },
  read: (view: DataView, at: number): EsPart => ({
    kind: view.getUint16(at, true),
    last: view.getUint16(at + 2, true),
    part: view.getUint32(at + 4, true),
    ev: u64(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsPart): void {
    view.setUint16(at, value.kind, true);
    view.setUint16(at + 2, value.last, true);
    view.setUint32(at + 4, value.part, true);
    set64(view, at + 8, value.ev);
  },
} as const;

export interface EsItem {
  kind: number;
  len: number;
}
export const esItem = {
  size: 8,
  offset: { kind: 0, len: 4 },
  read: (view: DataView, at: number): EsItem => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsItem): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
  },
} as const;

export interface EsHead {
  kind: number;
  len: number;
  mono: number;
  pid: number;
  tid: number;
  site: number;
  flags: number;
  goid: number;
  parentGoid: number;
  gopc: number;
  g: number;
  sp: number;
  ip: number;
  bias: number;
  word0: number;
  word1: number;
  cpu: number;
  skipped: number;
  waitReason: number;
  nsPid: number;
}
export const esHead = {
  size: 120,
  offset: { kind: 0, len: 4, mono: 8, pid: 16, tid: 20, site: 24, flags: 28, goid: 32, parentGoid: 40, gopc: 48, g: 56, sp: 64, ip: 72, bias: 80, word0: 88, word1: 96, cpu: 104, skipped: 108, waitReason: 112, nsPid: 116 },
  read: (view: DataView, at: number): EsHead => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
    mono: u64(view, at + 8),
    pid: view.getUint32(at + 16, true),
    tid: view.getUint32(at + 20, true),
    site: view.getUint32(at + 24, true),
    flags: view.getUint32(at + 28, true),
    goid: u64(view, at + 32),
    parentGoid: u64(view, at + 40),
    gopc: u64(view, at + 48),
    g: u64(view, at + 56),
    sp: u64(view, at + 64),
    ip: u64(view, at + 72),
    bias: u64(view, at + 80),
    word0: u64(view, at + 88),
    word1: u64(view, at + 96),
    cpu: view.getUint32(at + 104, true),
    skipped: view.getUint32(at + 108, true),
    waitReason: view.getUint32(at + 112, true),
    nsPid: view.getUint32(at + 116, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsHead): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
    set64(view, at + 8, value.mono);
    view.setUint32(at + 16, value.pid, true);
    view.setUint32(at + 20, value.tid, true);
    view.setUint32(at + 24, value.site, true);
    view.setUint32(at + 28, value.flags, true);
    set64(view, at + 32, value.goid);
    set64(view, at + 40, value.parentGoid);
    set64(view, at + 48, value.gopc);
    set64(view, at + 56, value.g);
    set64(view, at + 64, value.sp);
    set64(view, at + 72, value.ip);
    set64(view, at + 80, value.bias);
    set64(view, at + 88, value.word0);
    set64(view, at + 96, value.word1);
    view.setUint32(at + 104, value.cpu, true);
    view.setUint32(at + 108, value.skipped, true);
    view.setUint32(at + 112, value.waitReason, true);
    view.setUint32(at + 116, value.nsPid, true);
  },
} as const;

export interface EsNode {
  kind: number;
  len: number;
  index: number;
  parent: number;
  depth: number;
  elem: number;
  fieldOff: number;
  via: number;
  flags: number;
  objLen: number;
  same: number;
  cut: number;
  itab: number;
  type: number;
  data: number;
}
export const esNode = {
  size: 64,
  offset: { kind: 0, len: 4, index: 8, parent: 12, depth: 16, elem: 20, fieldOff: 24, via: 26, flags: 27, objLen: 28, same: 32, cut: 36, itab: 40, type: 48, data: 56 },
  read: (view: DataView, at: number): EsNode => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
    index: view.getUint32(at + 8, true),
    parent: view.getUint32(at + 12, true),
    depth: view.getUint32(at + 16, true),
    elem: view.getUint32(at + 20, true),
    fieldOff: view.getUint16(at + 24, true),
    via: view.getUint8(at + 26),
    flags: view.getUint8(at + 27),
    objLen: view.getUint32(at + 28, true),
    same: view.getUint32(at + 32, true),
    cut: view.getUint32(at + 36, true),
    itab: u64(view, at + 40),
    type: u64(view, at + 48),
    data: u64(view, at + 56),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsNode): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
    view.setUint32(at + 8, value.index, true);
    view.setUint32(at + 12, value.parent, true);
    view.setUint32(at + 16, value.depth, true);
    view.setUint32(at + 20, value.elem, true);
    view.setUint16(at + 24, value.fieldOff, true);
    view.setUint8(at + 26, value.via);
    view.setUint8(at + 27, value.flags);
    view.setUint32(at + 28, value.objLen, true);
    view.setUint32(at + 32, value.same, true);
    view.setUint32(at + 36, value.cut, true);
    set64(view, at + 40, value.itab);
    set64(view, at + 48, value.type);
    set64(view, at + 56, value.data);
  },
} as const;

export interface EsString {
  kind: number;
  len: number;
  node: number;
  off: number;
  flags: number;
  ptr: number;
  trueLen: number;
  got: number;
  hash: number;
}
export const esString = {
  size: 48,
  offset: { kind: 0, len: 4, node: 8, off: 12, flags: 14, ptr: 16, trueLen: 24, got: 32, hash: 40 },
  read: (view: DataView, at: number): EsString => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
    node: view.getUint32(at + 8, true),
    off: view.getUint16(at + 12, true),
    flags: view.getUint16(at + 14, true),
    ptr: u64(view, at + 16),
    trueLen: u64(view, at + 24),
    got: view.getUint32(at + 32, true),
    hash: u64(view, at + 40),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsString): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
    view.setUint32(at + 8, value.node, true);
    view.setUint16(at + 12, value.off, true);
    view.setUint16(at + 14, value.flags, true);
    set64(view, at + 16, value.ptr);
    set64(view, at + 24, value.trueLen);
    view.setUint32(at + 32, value.got, true);
    set64(view, at + 40, value.hash);
  },
} as const;

export interface EsFrames {
  kind: number;
  len: number;
  n: number;
}
export const esFrames = {
  size: 16,
  offset: { kind: 0, len: 4, n: 8 },
  read: (view: DataView, at: number): EsFrames => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
    n: view.getUint32(at + 8, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsFrames): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
    view.setUint32(at + 8, value.n, true);
  },
} as const;

export interface EsPause {
  start: number;
  end: number;
  kind: number;
  count: number;
  call: number;
  took: number;
}
export const esPause = {
  size: 32,
  offset: { start: 0, end: 8, kind: 16, count: 20, call: 24, took: 28 },
  read: (view: DataView, at: number): EsPause => ({
    start: u64(view, at),
    end: u64(view, at + 8),
    kind: view.getUint32(at + 16, true),
    count: view.getUint32(at + 20, true),
    call: view.getUint32(at + 24, true),
    took: view.getUint32(at + 28, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsPause): void {
    set64(view, at, value.start);
    set64(view, at + 8, value.end);
    view.setUint32(at + 16, value.kind, true);
    view.setUint32(at + 20, value.count, true);
    view.setUint32(at + 24, value.call, true);
    view.setUint32(at + 28, value.took, true);
  },
} as const;

export interface EsThread {
  kind: number;
  len: number;
  since: number;
  throttled: number;
}
export const esThread = {
  size: 24,
  offset: { kind: 0, len: 4, since: 8, throttled: 16 },
  read: (view: DataView, at: number): EsThread => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
    since: u64(view, at + 8),
    throttled: u64(view, at + 16),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsThread): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
    set64(view, at + 8, value.since);
    set64(view, at + 16, value.throttled);
  },
} as const;

export interface EsEnd {
  kind: number;
  len: number;
  nodes: number;
  nodesCut: number;
  frames: number;
  stackEnd: number;
}
export const esEnd = {
  size: 24,
  offset: { kind: 0, len: 4, nodes: 8, nodesCut: 12, frames: 16, stackEnd: 20 },
  read: (view: DataView, at: number): EsEnd => ({
    kind: view.getUint32(at, true),
    len: view.getUint32(at + 4, true),
    nodes: view.getUint32(at + 8, true),
    nodesCut: view.getUint32(at + 12, true),
    frames: view.getUint32(at + 16, true),
    stackEnd: view.getUint32(at + 20, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsEnd): void {
    view.setUint32(at, value.kind, true);
    view.setUint32(at + 4, value.len, true);
    view.setUint32(at + 8, value.nodes, true);
    view.setUint32(at + 12, value.nodesCut, true);
    view.setUint32(at + 16, value.frames, true);
    view.setUint32(at + 20, value.stackEnd, true);
  },
} as const;

export interface EsProc {
  kind: number;
  pid: number;
  parent: number;
  exitCode: number;
  mono: number;
  ino: number;
  pathLen: number;
  nsPid: number;
}
export const esProc = {
  size: 40,
  offset: { kind: 0, pid: 4, parent: 8, exitCode: 12, mono: 16, ino: 24, pathLen: 32, nsPid: 36 },
  read: (view: DataView, at: number): EsProc => ({
    kind: view.getUint16(at, true),
    pid: view.getUint32(at + 4, true),
    parent: view.getUint32(at + 8, true),
    exitCode: view.getUint32(at + 12, true),
    mono: u64(view, at + 16),
    ino: u64(view, at + 24),
    pathLen: view.getUint32(at + 32, true),
    nsPid: view.getUint32(at + 36, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsProc): void {
    view.setUint16(at, value.kind, true);
    view.setUint32(at + 4, value.pid, true);
    view.setUint32(at + 8, value.parent, true);
    view.setUint32(at + 12, value.exitCode, true);
    set64(view, at + 16, value.mono);
    set64(view, at + 24, value.ino);
    view.setUint32(at + 32, value.pathLen, true);
    view.setUint32(at + 36, value.nsPid, true);
  },
} as const;

export interface EsSignal {
  kind: number;
  flags: number;
  pid: number;
  tid: number;
  number: number;
  code: number;
  sender: number;
  address: number;
  mono: number;
  senderName: number[];
}
export const esSignal = {
  size: 56,
  offset: { kind: 0, flags: 2, pid: 4, tid: 8, number: 12, code: 16, sender: 20, address: 24, mono: 32, senderName: 40 },
  read: (view: DataView, at: number): EsSignal => ({
    kind: view.getUint16(at, true),
    flags: view.getUint16(at + 2, true),
    pid: view.getUint32(at + 4, true),
    tid: view.getUint32(at + 8, true),
    number: view.getUint32(at + 12, true),
    code: view.getInt32(at + 16, true),
    sender: view.getUint32(at + 20, true),
    address: u64(view, at + 24),
    mono: u64(view, at + 32),
    senderName: Array.from({ length: 16 }, (_, index) => view.getUint8(at + 40 + index * 1)),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsSignal): void {
    view.setUint16(at, value.kind, true);
    view.setUint16(at + 2, value.flags, true);
    view.setUint32(at + 4, value.pid, true);
    view.setUint32(at + 8, value.tid, true);
    view.setUint32(at + 12, value.number, true);
    view.setInt32(at + 16, value.code, true);
    view.setUint32(at + 20, value.sender, true);
    set64(view, at + 24, value.address);
    set64(view, at + 32, value.mono);
    for (let index = 0; index < 16; index++) view.setUint8(at + 40 + index * 1, value.senderName[index]!);
  },
} as const;

export interface EsCall {
  kind: number;
  flags: number;
  pid: number;
  tid: number;
  number: number;
  error: number;
  frames: number;
  textLen: number;
  family: number;
  localPort: number;
  remotePort: number;
  fd: number;
  mono: number;
  start: number;
  g: number;
  args: number[];
  local: number[];
  remote: number[];
}
export const esCall = {
  size: 144,
  offset: { kind: 0, flags: 2, pid: 4, tid: 8, number: 12, error: 16, frames: 20, textLen: 24, family: 28, localPort: 32, remotePort: 34, fd: 36, mono: 40, start: 48, g: 56, args: 64, local: 112, remote: 128 },
  read: (view: DataView, at: number): EsCall => ({
    kind: view.getUint16(at, true),
    flags: view.getUint16(at + 2, true),
    pid: view.getUint32(at + 4, true),
    tid: view.getUint32(at + 8, true),
    number: view.getUint32(at + 12, true),
    error: view.getUint32(at + 16, true),
    frames: view.getUint32(at + 20, true),
    textLen: view.getUint32(at + 24, true),
    family: view.getUint16(at + 28, true),
    localPort: view.getUint16(at + 32, true),
    remotePort: view.getUint16(at + 34, true),
    fd: view.getInt32(at + 36, true),
    mono: u64(view, at + 40),
    start: u64(view, at + 48),
    g: u64(view, at + 56),
    args: Array.from({ length: 6 }, (_, index) => u64(view, at + 64 + index * 8)),
    local: Array.from({ length: 2 }, (_, index) => u64(view, at + 112 + index * 8)),
    remote: Array.from({ length: 2 }, (_, index) => u64(view, at + 128 + index * 8)),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsCall): void {
    view.setUint16(at, value.kind, true);
    view.setUint16(at + 2, value.flags, true);
    view.setUint32(at + 4, value.pid, true);
    view.setUint32(at + 8, value.tid, true);
    view.setUint32(at + 12, value.number, true);
    view.setUint32(at + 16, value.error, true);
    view.setUint32(at + 20, value.frames, true);
    view.setUint32(at + 24, value.textLen, true);
    view.setUint16(at + 28, value.family, true);
    view.setUint16(at + 32, value.localPort, true);
    view.setUint16(at + 34, value.remotePort, true);
    view.setInt32(at + 36, value.fd, true);
    set64(view, at + 40, value.mono);
    set64(view, at + 48, value.start);
    set64(view, at + 56, value.g);
    for (let index = 0; index < 6; index++) set64(view, at + 64 + index * 8, value.args[index]!);
    for (let index = 0; index < 2; index++) set64(view, at + 112 + index * 8, value.local[index]!);
    for (let index = 0; index < 2; index++) set64(view, at + 128 + index * 8, value.remote[index]!);
  },
} as const;

export interface EsFrame {
  len: number;
  type: number;
  seq: number;
}
export const esFrame = {
  size: 16,
  offset: { len: 0, type: 4, seq: 8 },
  read: (view: DataView, at: number): EsFrame => ({
    len: view.getUint32(at, true),
    type: view.getUint16(at + 4, true),
    seq: view.getUint32(at + 8, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsFrame): void {
    view.setUint32(at, value.len, true);
    view.setUint16(at + 4, value.type, true);
    view.setUint32(at + 8, value.seq, true);
  },
} as const;

export interface EsHello {
  version: number;
  pid: number;
  uid: number;
  maxSites: number;
}
export const esHello = {
  size: 16,
  offset: { version: 0, pid: 4, uid: 8, maxSites: 12 },
  read: (view: DataView, at: number): EsHello => ({
    version: view.getUint32(at, true),
    pid: view.getUint32(at + 4, true),
    uid: view.getUint32(at + 8, true),
    maxSites: view.getUint32(at + 12, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsHello): void {
    view.setUint32(at, value.version, true);
    view.setUint32(at + 4, value.pid, true);
    view.setUint32(at + 8, value.uid, true);
    view.setUint32(at + 12, value.maxSites, true);
  },
} as const;

export interface EsError {
  reason: number;
  code: number;
}
export const esError = {
  size: 8,
  offset: { reason: 0, code: 4 },
  read: (view: DataView, at: number): EsError => ({
    reason: view.getUint32(at, true),
    code: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsError): void {
    view.setUint32(at, value.reason, true);
    view.setUint32(at + 4, value.code, true);
  },
} as const;

export interface EsFile {
  dev: number;
  ino: number;
  size: number;
  mtime: number;
}
export const esFile = {
  size: 32,
  offset: { dev: 0, ino: 8, size: 16, mtime: 24 },
  read: (view: DataView, at: number): EsFile => ({
    dev: u64(view, at),
    ino: u64(view, at + 8),
    size: u64(view, at + 16),
    mtime: s64(view, at + 24),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsFile): void {
    set64(view, at, value.dev);
    set64(view, at + 8, value.ino);
    set64(view, at + 16, value.size);
    set64(view, at + 24, value.mtime);
  },
} as const;

export interface EsProcess {
  pid: number;
  ppid: number;
  uid: number;
  exeLen: number;
  nameLen: number;
  cmdLen: number;
  start: number;
  file: EsFile;
}
export const esProcess = {
  size: 64,
  offset: { pid: 0, ppid: 4, uid: 8, exeLen: 12, nameLen: 14, cmdLen: 16, start: 24, file: 32 },
  read: (view: DataView, at: number): EsProcess => ({
    pid: view.getUint32(at, true),
    ppid: view.getUint32(at + 4, true),
    uid: view.getUint32(at + 8, true),
    exeLen: view.getUint16(at + 12, true),
    nameLen: view.getUint16(at + 14, true),
    cmdLen: view.getUint16(at + 16, true),
    start: u64(view, at + 24),
    file: esFile.read(view, at + 32),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsProcess): void {
    view.setUint32(at, value.pid, true);
    view.setUint32(at + 4, value.ppid, true);
    view.setUint32(at + 8, value.uid, true);
    view.setUint16(at + 12, value.exeLen, true);
    view.setUint16(at + 14, value.nameLen, true);
    view.setUint16(at + 16, value.cmdLen, true);
    set64(view, at + 24, value.start);
    esFile.write(view, at + 32, value.file);
  },
} as const;

export interface EsRead {
  pid: number;
  what: number;
  offset: number;
  length: number;
}
export const esRead = {
  size: 24,
  offset: { pid: 0, what: 4, offset: 8, length: 16 },
  read: (view: DataView, at: number): EsRead => ({
    pid: view.getUint32(at, true),
    what: view.getUint16(at + 4, true),
    offset: u64(view, at + 8),
    length: u64(view, at + 16),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsRead): void {
    view.setUint32(at, value.pid, true);
    view.setUint16(at + 4, value.what, true);
    set64(view, at + 8, value.offset);
    set64(view, at + 16, value.length);
  },
} as const;

export interface EsGather {
  pid: number;
  length: number;
}
export const esGather = {
  size: 8,
  offset: { pid: 0, length: 4 },
  read: (view: DataView, at: number): EsGather => ({
    pid: view.getUint32(at, true),
    length: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsGather): void {
    view.setUint32(at, value.pid, true);
    view.setUint32(at + 4, value.length, true);
  },
} as const;

export interface EsPlanUpload {
  sites: number;
  itabs: number;
  interfaces: number;
  layouts: number;
  plan: EsPlan;
}
export const esPlanUpload = {
  size: 72,
  offset: { sites: 0, itabs: 4, interfaces: 8, layouts: 12, plan: 16 },
  read: (view: DataView, at: number): EsPlanUpload => ({
    sites: view.getUint32(at, true),
    itabs: view.getUint32(at + 4, true),
    interfaces: view.getUint32(at + 8, true),
    layouts: view.getUint32(at + 12, true),
    plan: esPlan.read(view, at + 16),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsPlanUpload): void {
    view.setUint32(at, value.sites, true);
    view.setUint32(at + 4, value.itabs, true);
    view.setUint32(at + 8, value.interfaces, true);
    view.setUint32(at + 12, value.layouts, true);
    esPlan.write(view, at + 16, value.plan);
  },
} as const;

export interface EsItab {
  itab: number;
  type: number;
}
export const esItab = {
  size: 16,
  offset: { itab: 0, type: 8 },
  read: (view: DataView, at: number): EsItab => ({
    itab: u64(view, at),
    type: u64(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsItab): void {
    set64(view, at, value.itab);
    set64(view, at + 8, value.type);
  },
} as const;

export interface EsTypeLayout {
  type: number;
  layout: EsLayout;
}
export const esTypeLayout = {
  size: 272,
  offset: { type: 0, layout: 8 },
  read: (view: DataView, at: number): EsTypeLayout => ({
    type: u64(view, at),
    layout: esLayout.read(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsTypeLayout): void {
    set64(view, at, value.type);
    esLayout.write(view, at + 8, value.layout);
  },
} as const;

export interface EsPlanReply {
  plan: number;
  firstSite: number;
}
export const esPlanReply = {
  size: 8,
  offset: { plan: 0, firstSite: 4 },
  read: (view: DataView, at: number): EsPlanReply => ({
    plan: view.getUint32(at, true),
    firstSite: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsPlanReply): void {
    view.setUint32(at, value.plan, true);
    view.setUint32(at + 4, value.firstSite, true);
  },
} as const;

export interface EsAttach {
  plan: number;
  pid: number;
  exePid: number;
  flags: number;
  file: EsFile;
}
export const esAttach = {
  size: 48,
  offset: { plan: 0, pid: 4, exePid: 8, flags: 12, file: 16 },
  read: (view: DataView, at: number): EsAttach => ({
    plan: view.getUint32(at, true),
    pid: view.getUint32(at + 4, true),
    exePid: view.getUint32(at + 8, true),
    flags: view.getUint32(at + 12, true),
    file: esFile.read(view, at + 16),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsAttach): void {
    view.setUint32(at, value.plan, true);
    view.setUint32(at + 4, value.pid, true);
    view.setUint32(at + 8, value.exePid, true);
    view.setUint32(at + 12, value.flags, true);
    esFile.write(view, at + 16, value.file);
  },
} as const;

export interface EsAttachReply {
  link: number;
  attached: number;
  bad: number;
  skipped: number;
  method: number;
}
export const esAttachReply = {
  size: 24,
  offset: { link: 0, attached: 4, bad: 8, skipped: 12, method: 16 },
  read: (view: DataView, at: number): EsAttachReply => ({
    link: view.getUint32(at, true),
    attached: view.getUint32(at + 4, true),
    bad: view.getUint32(at + 8, true),
    skipped: view.getUint32(at + 12, true),
    method: view.getUint32(at + 16, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsAttachReply): void {
    view.setUint32(at, value.link, true);
    view.setUint32(at + 4, value.attached, true);
    view.setUint32(at + 8, value.bad, true);
    view.setUint32(at + 12, value.skipped, true);
    view.setUint32(at + 16, value.method, true);
  },
} as const;

export interface EsBadSite {
  site: number;
  code: number;
}
export const esBadSite = {
  size: 8,
  offset: { site: 0, code: 4 },
  read: (view: DataView, at: number): EsBadSite => ({
    site: view.getUint32(at, true),
    code: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsBadSite): void {
    view.setUint32(at, value.site, true);
    view.setUint32(at + 4, value.code, true);
  },
} as const;

export interface EsDetach {
  link: number;
}
export const esDetach = {
  size: 8,
  offset: { link: 0 },
  read: (view: DataView, at: number): EsDetach => ({
    link: view.getUint32(at, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsDetach): void {
    view.setUint32(at, value.link, true);
  },
} as const;

export interface EsSiteStats {
  site: number;
  counters: EsSiteCounters;
}
export const esSiteStats = {
  size: 72,
  offset: { site: 0, counters: 8 },
  read: (view: DataView, at: number): EsSiteStats => ({
    site: view.getUint32(at, true),
    counters: esSiteCounters.read(view, at + 8),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsSiteStats): void {
    view.setUint32(at, value.site, true);
    esSiteCounters.write(view, at + 8, value.counters);
  },
} as const;

export interface EsTracerStats {
  records: number;
  spool: number;
  spoolPeak: number;
  spoolMax: number;
  ring: number;
  procLost: number;
  callsLost: number;
}
export const esTracerStats = {
  size: 56,
  offset: { records: 0, spool: 8, spoolPeak: 16, spoolMax: 24, ring: 32, procLost: 40, callsLost: 48 },
  read: (view: DataView, at: number): EsTracerStats => ({
    records: u64(view, at),
    spool: u64(view, at + 8),
    spoolPeak: u64(view, at + 16),
    spoolMax: u64(view, at + 24),
    ring: u64(view, at + 32),
    procLost: u64(view, at + 40),
    callsLost: u64(view, at + 48),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsTracerStats): void {
    set64(view, at, value.records);
    set64(view, at + 8, value.spool);
    set64(view, at + 16, value.spoolPeak);
    set64(view, at + 24, value.spoolMax);
    set64(view, at + 32, value.ring);
    set64(view, at + 40, value.procLost);
    set64(view, at + 48, value.callsLost);
  },
} as const;

export interface EsClock {
  now: number;
}
export const esClock = {
  size: 8,
  offset: { now: 0 },
  read: (view: DataView, at: number): EsClock => ({
    now: u64(view, at),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsClock): void {
    set64(view, at, value.now);
  },
} as const;

export interface EsWatch {
  pid: number;
  flags: number;
}
export const esWatch = {
  size: 8,
  offset: { pid: 0, flags: 4 },
  read: (view: DataView, at: number): EsWatch => ({
    pid: view.getUint32(at, true),
    flags: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsWatch): void {
    view.setUint32(at, value.pid, true);
    view.setUint32(at + 4, value.flags, true);
  },
} as const;

export interface EsFeature {
  id: number;
  ok: number;
}
export const esFeature = {
  size: 8,
  offset: { id: 0, ok: 4 },
  read: (view: DataView, at: number): EsFeature => ({
    id: view.getUint32(at, true),
    ok: view.getUint32(at + 4, true),
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: EsFeature): void {
    view.setUint32(at, value.id, true);
    view.setUint32(at + 4, value.ok, true);
  },
} as const;
