/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/*
 * Registers by the number that a plan uses (the ABI's encoding order), and those with a fixed meaning in Go's
 * ABIInternal: src/cmd/compile/abi-internal.md of go1.26 (R14 and R28 hold g).
 */
#ifndef ERRSCOPE_ARCH_BPF_H
#define ERRSCOPE_ARCH_BPF_H

/*
 * A context can't be indexed by a variable: the verifier demands constant offsets. The load is written in assembly, or
 * the compiler would turn the cases into one load at a computed address.
 */
#define LOAD(ctx, member) \
	({ \
		__u64 value; \
		asm volatile("%0 = *(u64 *)(%1 + %2)" \
			     : "=r"(value) \
			     : "r"(ctx), "i"(__builtin_offsetof(struct pt_regs, member))); \
		value; \
	})
#define CASE(number, member) case number: return LOAD(ctx, member);

#if defined(__TARGET_ARCH_x86)
static __noinline __u64 register_value(struct pt_regs *ctx, __u32 number)
{
	switch (number) {
	CASE(0, ax) CASE(1, cx) CASE(2, dx) CASE(3, bx) CASE(4, sp) CASE(5, bp) CASE(6, si) CASE(7, di)
	CASE(8, r8) CASE(9, r9) CASE(10, r10) CASE(11, r11) CASE(12, r12) CASE(13, r13) CASE(14, r14) CASE(15, r15)
	}
	return 0;
}
#define REG_G(ctx) LOAD(ctx, r14)
#define REG_IP(ctx) ((ctx)->ip)
#define REG_SP(ctx) ((ctx)->sp)
#define REG_FP(ctx) ((ctx)->bp)
/* The frame pointer leads to the word below the return address, which lies `delta` bytes above SP. */
#define FRAME_IS_SET_UP(sp, fp, delta) ((fp) == (sp) + (delta) - 8)
#define RETURN_ADDRESS(ctx, delta, error) read_word(REG_SP(ctx) + (delta), error)
#else
#define R(n) CASE(n, regs[n])
static __noinline __u64 register_value(struct pt_regs *ctx, __u32 number)
{
	switch (number) {
	R(0) R(1) R(2) R(3) R(4) R(5) R(6) R(7) R(8) R(9) R(10) R(11) R(12) R(13) R(14) R(15)
	R(16) R(17) R(18) R(19) R(20) R(21) R(22) R(23) R(24) R(25) R(26) R(27) R(28) R(29) R(30) CASE(31, sp)
	}
	return 0;
}
#undef R
#define REG_G(ctx) LOAD(ctx, regs[28])
#define REG_IP(ctx) ((ctx)->pc)
#define REG_SP(ctx) ((ctx)->sp)
#define REG_FP(ctx) ((ctx)->regs[29])
/*
 * A function with a frame keeps the return address at SP and the caller's frame pointer below; one without, or before it
 * makes its frame, has it in the link register (abi-internal.md, "Stack layout" of arm64).
 */
#define FRAME_IS_SET_UP(sp, fp, delta) ((delta) && (fp) == (sp) - 8)
#define RETURN_ADDRESS(ctx, delta, error) \
	((delta) ? read_word(REG_SP(ctx), error) : (*(error) = 0, (ctx)->regs[30]))
#endif
#endif
