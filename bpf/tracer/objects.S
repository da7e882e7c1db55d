/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* The two BPF objects inside the program: one file to install, and no way to load another's code. */
	.section .rodata
	.balign 16
	.globl object_sleepable, object_sleepable_end, object_nosleep, object_nosleep_end
object_sleepable:
	.incbin "errscope.bpf.o"
object_sleepable_end:
	.balign 16
object_nosleep:
	.incbin "errscope-nosleep.bpf.o"
object_nosleep_end:
	.section .note.GNU-stack, "", %progbits
