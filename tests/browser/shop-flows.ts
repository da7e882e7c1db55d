/**
 * How errors move through an imagined shop: what the fake hub's stream is made of. Test data only. A flow is a list of
 * steps; a step makes one error value from the values of earlier steps of the same flow.
 */
import type { CauseVia, ErrorValue, KernelFact, SiteOp } from "../../server/events/index.ts";

export interface Step {
  /** Group id; also the key of its node in the graph. */
  key: string;
  op: SiteOp;
  type: string;
  /** `#` stands for a number that differs from one occurrence to the next, `{n}` for the message of step n. */
  message: string;
  fields?: ErrorValue["fields"];
  /** Function and line, `store.(*DB).Get:41`; the file is the function's package. */
  site: string;
  causes?: { step: number; via: CauseVia; field?: string }[];
  /** Part of the value that a test looks for. */
  value?: Partial<ErrorValue>;
  kind?: "error" | "panic";
  kernel?: KernelFact;
  init?: boolean;
  made?: boolean;
  /** A cause that is never seen being made: it gets no event and no group. */
  unseen?: boolean;
}
export interface Flow {
  name: string;
  /** How often against the others. */
  weight: number;
  createdBy: string;
  /** Callers of the steps, outermost first, as `function:line`. */
  callers: string[];
  steps: Step[];
}

const M = "example.com/shop";
const HTTP = [
  "net/http.(*conn).serve:2102",
  "net/http.serverHandler.ServeHTTP:3340",
  `${M}/web.(*Server).recoverPanics.func1:58`,
  "net/http.HandlerFunc.ServeHTTP:2322",
  `${M}/web.(*Server).logRequests.func1:41`,
  "net/http.(*ServeMux).ServeHTTP:2879",
];
const WORKER = [`${M}/worker.(*Pool).run:77`, `${M}/worker.(*Pool).runOne:96`];
const errno = (value: number, name: string) => ({ value, name });
const kernel = (syscall: string, name: string, agoNs: number): KernelFact => ({
  syscall,
  errno: name,
  agoNs,
  runqueueDelayNs: null,
  softirqNs: null,
});

export const FLOWS: Flow[] = [
  {
    name: "image",
    weight: 9,
    createdBy: "net/http.(*Server).Serve",
    callers: [
      ...HTTP,
      `${M}/web.(*Server).product:131`,
      `${M}/web.(*Server).thumbnail:164`,
      `${M}/media.(*Store).Open:38`,
    ],
    steps: [
      {
        key: "enoent",
        op: "convert",
        type: "syscall.Errno",
        message: "no such file or directory",
        fields: errno(2, "ENOENT"),
        site: "os.openFileNolog:293",
        kernel: kernel("openat", "ENOENT", 5210),
      },
      {
        key: "patherror",
        op: "new",
        type: "*fs.PathError",
        message: "open /srv/shop/media/#.webp: {0}",
        fields: { Op: "open", Path: "/srv/shop/media/4711.webp" },
        site: "os.openFileNolog:296",
        causes: [{ step: 0, via: "unwrap", field: "Err" }],
      },
      {
        key: "thumb",
        op: "wrap",
        type: "*fmt.wrapError",
        message: "thumbnail of product #: {1}",
        site: `${M}/web.(*Server).thumbnail:167`,
        causes: [{ step: 1, via: "unwrap", field: "err" }],
      },
    ],
  },
  {
    name: "payment",
    weight: 6,
    createdBy: "net/http.(*Server).Serve",
    callers: [
      ...HTTP,
      `${M}/web.(*Server).checkout:212`,
      `${M}/checkout.(*Service).Place:88`,
      `${M}/payment.(*Client).Charge:61`,
      `${M}/payment.(*Client).post:104`,
    ],
    steps: [
      {
        key: "refused",
        op: "convert",
        type: "syscall.Errno",
        message: "connection refused",
        fields: errno(111, "ECONNREFUSED"),
        site: "net.(*netFD).connect:120",
        kernel: kernel("getsockopt", "ECONNREFUSED", 48_100),
      },
      {
        key: "syscallerror",
        op: "new",
        type: "*os.SyscallError",
        message: "connect: {0}",
        fields: { Syscall: "connect" },
        site: "os.NewSyscallError:49",
        causes: [{ step: 0, via: "unwrap", field: "Err" }],
      },
      {
        key: "operror",
        op: "new",
        type: "*net.OpError",
        message: "dial tcp 10.0.7.12:8443: {1}",
        fields: { Op: "dial", Net: "tcp", Source: null, Addr: { IP: "10.0.7.12", Port: 8443, Zone: "" } },
        site: "net.(*sysDialer).dialSingle:684",
        causes: [{ step: 1, via: "unwrap", field: "Err" }],
      },
      {
        key: "urlerror",
        op: "new",
        type: "*url.Error",
        message: 'Post "https://pay.internal/v2/charges": {2}',
        fields: { Op: "Post", URL: "https://pay.internal/v2/charges" },
        site: "net/http.(*Client).do.func2:611",
        causes: [{ step: 2, via: "unwrap", field: "Err" }],
      },
      {
        key: "charge",
        op: "wrap",
        type: "*fmt.wrapError",
        message: "charge card for order #: {3}",
        site: `${M}/payment.(*Client).Charge:66`,
        causes: [{ step: 3, via: "unwrap", field: "err" }],
      },
      {
        key: "placeerror",
        op: "new",
        type: "*checkout.PlaceError",
        message: "order #: payment failed: {4}",
        fields: { Order: 88213, Stage: "payment", Retryable: true },
        site: `${M}/checkout.(*Service).Place:93`,
        causes: [{ step: 4, via: "unwrap", field: "Err" }],
      },
      {
        key: "status502",
        op: "new",
        type: "*web.StatusError",
        message: "502: {5}",
        fields: { Status: 502 },
        site: `${M}/web.(*Server).checkout:219`,
        causes: [{ step: 5, via: "unwrap", field: "Err" }],
      },
    ],
  },
  {
    name: "deadline",
    weight: 3,
    createdBy: "net/http.(*Server).Serve",
    callers: [
      ...HTTP,
      `${M}/web.(*Server).checkout:212`,
      `${M}/checkout.(*Service).Place:71`,
      `${M}/stock.(*Reserver).Reserve:120`,
    ],
    steps: [
      {
        key: "deadline",
        op: "sentinel",
        type: "context.deadlineExceededError",
        message: "context deadline exceeded",
        site: "context.(*cancelCtx).Err:469",
        made: false,
      },
      {
        key: "reserve",
        op: "wrap",
        type: "*fmt.wrapError",
        message: "reserve # items: {0}",
        site: `${M}/stock.(*Reserver).Reserve:127`,
        causes: [{ step: 0, via: "unwrap", field: "err" }],
      },
      {
        key: "txdone",
        op: "sentinel",
        type: "*errors.errorString",
        message: "sql: transaction has already been committed or rolled back",
        site: "database/sql.(*Tx).rollback:2314",
        made: false,
        unseen: true,
      },
      {
        key: "rollback",
        op: "wrap",
        type: "*fmt.wrapError",
        message: "roll back: {2}",
        site: `${M}/stock.(*Reserver).undo:141`,
        causes: [{ step: 2, via: "unwrap", field: "err" }],
      },
      {
        key: "join",
        op: "join",
        type: "*errors.joinError",
        message: "{1}\n{3}",
        site: `${M}/stock.(*Reserver).Reserve:131`,
        causes: [
          { step: 1, via: "unwrap", field: "errs" },
          { step: 3, via: "unwrap", field: "errs" },
        ],
      },
      {
        key: "status504",
        op: "new",
        type: "*web.StatusError",
        message: "504: {4}",
        fields: { Status: 504 },
        site: `${M}/web.(*Server).checkout:224`,
        causes: [{ step: 4, via: "unwrap", field: "Err" }],
      },
    ],
  },
  {
    name: "cache",
    weight: 5,
    createdBy: `${M}/worker.(*Pool).Start`,
    callers: [...WORKER, `${M}/cache.(*Warmer).warm:52`, `${M}/cache.(*Tier).Get:80`],
    steps: [
      {
        key: "nil",
        op: "sentinel",
        type: "cache.Nil",
        message: "cache: nil",
        site: `${M}/cache.(*Tier).Get:84`,
        made: false,
        unseen: true,
      },
      {
        key: "lostchain",
        op: "new",
        type: "*errors.errorString",
        message: "warm key sku-#: {0}",
        site: `${M}/cache.(*Warmer).warm:57`,
        causes: [{ step: 0, via: "mention" }],
      },
      {
        key: "joberror",
        op: "new",
        type: "*worker.JobError",
        message: "job # failed: {1}",
        fields: { Job: 9123, Attempt: 2, Queue: "warm" },
        site: `${M}/worker.(*Pool).runOne:103`,
        causes: [{ step: 1, via: "field", field: "cause" }],
      },
    ],
  },
  {
    name: "validation",
    weight: 4,
    createdBy: "net/http.(*Server).Serve",
    callers: [...HTTP, `${M}/web.(*Server).signup:301`, `${M}/account.(*Form).Validate:22`],
    steps: [
      {
        key: "field",
        op: "new",
        type: "*account.FieldError",
        message: "email: must have one @",
        fields: { Field: "email", Rule: "format" },
        site: `${M}/account.checkEmail:48`,
        value: { messageFrom: "rendered" },
      },
      {
        key: "field2",
        op: "new",
        type: "*account.FieldError",
        message: "Field=password Rule=length Min=12",
        fields: { Field: "password", Rule: "length", Min: 12 },
        site: `${M}/account.checkPassword:63`,
        value: {
          messageFrom: "fields",
          notes: ["Error() calls fmt.Sprintf with a format that is not constant"],
        },
      },
      {
        key: "formjoin",
        op: "join",
        type: "*errors.joinError",
        message: "{0}\n{1}",
        site: `${M}/account.(*Form).Validate:29`,
        causes: [
          { step: 0, via: "unwrap", field: "errs" },
          { step: 1, via: "unwrap", field: "errs" },
        ],
      },
    ],
  },
  {
    name: "typed nil",
    weight: 1,
    createdBy: "net/http.(*Server).Serve",
    callers: [...HTTP, `${M}/web.(*Server).profile:340`],
    steps: [
      {
        key: "typednil",
        op: "convert",
        type: "*account.FieldError",
        message: "",
        site: `${M}/account.(*Profile).Check:77`,
        value: { typedNil: true, notes: ["the pointer is nil, so there is nothing to read"] },
      },
    ],
  },
  {
    name: "tree walk",
    weight: 2,
    createdBy: `${M}/worker.(*Pool).Start`,
    callers: [
      ...WORKER,
      `${M}/catalog.(*Importer).Import:64`,
      ...Array.from({ length: 40 }, () => `${M}/catalog.(*Importer).walk:91`),
      `${M}/catalog.parsePrice:133`,
    ],
    steps: [
      {
        key: "syntax",
        op: "sentinel",
        type: "*errors.errorString",
        message: "invalid syntax",
        site: "strconv.init:11",
        made: false,
        unseen: true,
      },
      {
        key: "numerror",
        op: "new",
        type: "*strconv.NumError",
        message: 'strconv.ParseFloat: parsing "#,50": {0}',
        fields: { Func: "ParseFloat", Num: "12,50" },
        site: "strconv.syntaxError:45",
        causes: [{ step: 0, via: "unwrap", field: "Err" }],
      },
      {
        key: "price",
        op: "wrap",
        type: "*fmt.wrapError",
        message: "row #: price: {1}",
        site: `${M}/catalog.(*Importer).walk:97`,
        causes: [{ step: 1, via: "unwrap", field: "err" }],
      },
      {
        key: "importjob",
        op: "new",
        type: "*worker.JobError",
        message: "job # failed: {2}",
        fields: { Job: 77, Attempt: 1, Queue: "import" },
        site: `${M}/worker.(*Pool).runOne:103`,
        causes: [{ step: 2, via: "field", field: "cause" }],
      },
    ],
  },
  {
    name: "panic",
    weight: 1,
    createdBy: "net/http.(*Server).Serve",
    callers: [...HTTP, `${M}/web.(*Server).basket:402`, `${M}/basket.(*Basket).Last:31`],
    steps: [
      {
        key: "bounds",
        op: "panic",
        kind: "panic",
        type: "runtime.boundsError",
        message: "runtime error: index out of range [-1]",
        fields: { x: -1, y: 0, signed: true, code: 0 },
        site: `${M}/basket.(*Basket).Last:33`,
      },
    ],
  },
  {
    name: "upload",
    weight: 1,
    createdBy: "net/http.(*Server).Serve",
    callers: [...HTTP, `${M}/web.(*Server).upload:455`],
    steps: [
      {
        key: "badname",
        op: "new",
        type: "*web.UploadError",
        message:
          "upload named caf\uFFFD\uFFFD is too large: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        fields: {
          Name: "caf\uFFFD\uFFFD",
          Size: "9223372036854775807",
          Header: { unreadable: "memory at 0xc0001f4000 unreadable" },
        },
        site: `${M}/web.(*Server).upload:461`,
        value: { truncated: true, messageLength: 70_311, messageHex: "75706c6f6164206e616d656420636166ff" },
      },
    ],
  },
];

/** Errors that package initialisation makes: one event each, at the start. */
export const INIT_STEPS: Step[] = [
  ["io.EOF", "EOF", "io.init:44"],
  ["io.ErrUnexpectedEOF", "unexpected EOF", "io.init:48"],
  ["sql.ErrNoRows", "sql: no rows in result set", "database/sql.init:457"],
  ["http.ErrAbortHandler", "net/http: abort Handler", "net/http.init:1917"],
].map(([name, message, site]) => ({
  key: `init ${name}`,
  op: "new" as const,
  type: "*errors.errorString",
  message: message!,
  fields: { s: message! },
  site: site!,
  init: true,
}));
