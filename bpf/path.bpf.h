/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0) */
/* The path of an open file: the names from it up to the root of the process's mounts. */
#ifndef ERRSCOPE_PATH_BPF_H
#define ERRSCOPE_PATH_BPF_H

#define NAME 64 /* of a path's element, at most; longer ones are cut */
#define NAMES 24
#define NAMES_TEXT 256 /* bytes of them all */

struct names_walk {
	__u8 *text; /* NAMES_TEXT bytes */
	struct dentry *dentry;
	struct mount *mount;
	__u32 at;
	__u32 whole; /* the root was reached, and no name was cut */
	__u32 cut;
};

/* One element; 1 ends the walk. In a loop of bpf_loop's, so that the verifier looks at it once. */
static long add_name(__u64 i, struct names_walk *walk)
{
	struct dentry *dentry = walk->dentry;
	struct mount *mount = walk->mount;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	__u32 at = walk->at;
	const void *name;
	long got;
	int is_root = 0;

	if (parent == dentry || dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		struct mount *below = BPF_CORE_READ(mount, mnt_parent);

		if (below != mount) {
			walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			walk->mount = below;
			return 0;
		}
		is_root = 1; /* maybe a folder of its filesystem, with a name and parents that the process doesn't see */
	}
	if (!dentry || at > NAMES_TEXT - NAME)
		return 1;
	name = is_root ? "/" : (const void *)BPF_CORE_READ(dentry, d_name.name);
	got = bpf_probe_read_kernel_str(walk->text + at, NAME, name);
	if (got <= 0)
		return 1;
	walk->cut |= got == NAME;
	walk->at = at + at_most(got, NAME);
	walk->dentry = parent;
	walk->whole = is_root && !walk->cut;
	return is_root;
}

/* Innermost first, each ended by NUL; the root's is "/". How many bytes; `text` has NAMES_TEXT. */
static __always_inline __u32 put_names(__u8 *text, struct file *file, int *whole)
{
	struct vfsmount *vfs = BPF_CORE_READ(file, f_path.mnt);
	struct names_walk walk = {
		.text = text,
		.dentry = BPF_CORE_READ(file, f_path.dentry),
		.mount = (void *)vfs - bpf_core_field_offset(struct mount, mnt),
	};

	bpf_loop(NAMES, add_name, &walk, 0);
	*whole = walk.whole;
	return walk.at;
}
#endif
