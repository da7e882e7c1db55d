/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* What differs by architecture in system calls: their numbers, and where arguments are. */
#ifndef ERRSCOPE_CALL_NUMBERS_BPF_H
#define ERRSCOPE_CALL_NUMBERS_BPF_H

#if defined(__TARGET_ARCH_x86)
/* arch/x86/entry/syscalls/syscall_64.tbl */
enum {
	NR_connect = 42, NR_bind = 49, NR_getsockopt = 55, NR_futex = 202, NR_epoll_ctl = 233,
};
#define CALL_NUMBER(regs) ((regs)->orig_ax)
#define CALL_ARG0(regs) ((regs)->di)
#define CALL_ARG1(regs) ((regs)->si)
#define CALL_ARG2(regs) ((regs)->dx)
#define CALL_ARG3(regs) ((regs)->r10)
#define CALL_ARG4(regs) ((regs)->r8)
#define CALL_ARG5(regs) ((regs)->r9)

/* Which argument is a path: 1 + its index; 0 none. */
static __always_inline __u32 path_argument(__u64 number)
{
	switch (number) {
	case 2: case 4: case 6: case 21: case 59: case 76: case 80: case 82: case 83: case 84: case 85: case 86: case 87:
	case 88: case 89: case 90: case 92: case 94: case 132: case 133: case 137: case 161: case 188: case 189: case 191:
	case 192: case 194: case 195: case 197: case 235:
		return 1;
	case 254: case 257: case 258: case 259: case 260: case 261: case 262: case 263: case 264: case 265: case 267:
	case 268: case 269: case 280: case 316: case 322: case 332: case 437: case 439: case 452:
		return 2;
	}
	return 0;
}

/* Calls whose first argument is a descriptor, and no path says more. */
static __always_inline int has_descriptor(__u64 number)
{
	switch (number) {
	case 0: case 1: case 3: case 5: case 8: case 16: case 17: case 18: case 19: case 20: case 32: case 33: case 40:
	case 42: case 43: case 44: case 45: case 46: case 47: case 48: case 49: case 50: case 51: case 52: case 54: case 55:
	case 72: case 73: case 74: case 75: case 77: case 78: case 81: case 91: case 93: case 138: case 217: case 221:
	case 233: case 275: case 277: case 278: case 285: case 288: case 292: case 295: case 296: case 299: case 307:
	case 326: case 327: case 328: case 436:
		return 1;
	}
	return 0;
}
#else
/* include/uapi/asm-generic/unistd.h */
enum {
	NR_connect = 203, NR_bind = 200, NR_getsockopt = 209, NR_futex = 98, NR_epoll_ctl = 21,
};
#define CALL_NUMBER(regs) ((regs)->regs[8])
#define CALL_ARG0(regs) ((regs)->regs[0]) /* the result by then: of failed calls the first argument isn't known */
#define CALL_ARG1(regs) ((regs)->regs[1])
#define CALL_ARG2(regs) ((regs)->regs[2])
#define CALL_ARG3(regs) ((regs)->regs[3])
#define CALL_ARG4(regs) ((regs)->regs[4])
#define CALL_ARG5(regs) ((regs)->regs[5])
static __always_inline __u32 path_argument(__u64 number)
{
	switch (number) {
	case 33: case 34: case 35: case 38: case 48: case 53: case 54: case 56: case 78: case 79: case 276: case 291:
	case 437: case 439: case 452:
		return 2;
	case 49: case 51: case 221:
		return 1;
	}
	return 0;
}
static __always_inline int has_descriptor(__u64 number)
{
	return 0;
}
#endif
#endif
