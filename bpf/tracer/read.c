// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/*
 * ES_CMD_READ: executables and memory of a target, streamed as fast as the server takes them. By path only regular ELF
 * files are given out: the server has no privileges, and must not gain any by asking us for /etc/shadow.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "tracer.h"

static int open_process_file(uint32_t pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		errno = ESRCH;
	return fd;
}

int open_regular(int place)
{
	char name[32];
	struct stat status;
	int fd = -1, error;

	if (place < 0)
		return -1;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", place);
	if (!fstat(place, &status)) {
		errno = ENOEXEC;
		if (S_ISREG(status.st_mode))
			fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	error = errno;
	close(place);
	errno = error;
	return fd;
}

/* A path as the process sees it: in its mount namespace and below its root, symbolic links too. */
static int open_path(uint32_t pid, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	int root, place;

	if (!pid)
		return open_regular(open(path, O_PATH | O_CLOEXEC));
	root = open_process_file(pid, "root");
	if (root < 0)
		return -1;
	place = syscall(SYS_openat2, root, path, &how, sizeof(how));
	close(root);
	return open_regular(place);
}

static bool is_elf(int fd)
{
	char magic[4];

	return pread(fd, magic, 4, 0) == 4 && !memcmp(magic, "\177ELF", 4);
}

static void start(struct tracer *t, uint32_t seq, int fd, const struct es_read *command)
{
	struct es_file file;

	t->reading = (struct reading){
		.fd = fd,
		.seq = seq,
		.offset = command->offset,
		.left = command->length,
		.to_end = command->length == 0,
		.positioned = command->what != ES_READ_MAPS,
	};
	if ((command->what == ES_READ_EXE || command->what == ES_READ_PATH) && !file_identity(fd, &file))
		reply(t, ES_REPLY_FILE, seq, &file, sizeof(file), NULL, 0);
}

static void fail_to_open(struct tracer *t, uint32_t seq, const struct es_read *command, const char *path)
{
	int error = errno;

	if (command->what == ES_READ_PATH)
		reply_error(t, seq, reason_of(error), error, "%s can't be opened: %s", path, strerror(error));
	else
		reply_error(t, seq, reason_of(error), error, "process %u can't be read: %s", command->pid, strerror(error));
}

void command_read(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	struct es_read command;
	char path[4096];
	int fd;

	if (size < sizeof(command) || size - sizeof(command) >= sizeof(path))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed read command");
	memcpy(&command, payload, sizeof(command));
	snprintf(path, sizeof(path), "%.*s", (int)(size - sizeof(command)), (const char *)payload + sizeof(command));
	switch (command.what) {
	case ES_READ_EXE:
		fd = open_process_file(command.pid, "exe");
		break;
	case ES_READ_MAPS:
		fd = open_process_file(command.pid, "maps");
		break;
	case ES_READ_MEM:
		if (!command.length)
			return reply_error(t, seq, ES_REASON_COMMAND, 0, "reading memory needs a length");
		fd = open_process_file(command.pid, "mem");
		break;
	case ES_READ_PATH:
		fd = open_path(command.pid, path);
		break;
	default:
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "unknown thing to read: %u", command.what);
	}
	if (fd < 0 && !(command.what == ES_READ_PATH && errno == ENOEXEC))
		return fail_to_open(t, seq, &command, path);
	if (command.what == ES_READ_PATH && (fd < 0 || !is_elf(fd))) {
		if (fd >= 0)
			close(fd);
		return reply_error(t, seq, ES_REASON_NO_FILE, ENOEXEC, "%s is no executable (ELF file)", path);
	}
	start(t, seq, fd, &command);
}

static void stop(struct tracer *t, int error)
{
	struct reading *reading = &t->reading;

	close(reading->fd);
	reading->fd = -1;
	if (error)
		reply_error(t, reading->seq, error == EIO ? ES_REASON_SYSTEM : reason_of(error), error,
			    "reading stopped at offset 0x%llx: %s", (unsigned long long)reading->offset, strerror(error));
	else
		reply_done(t, reading->seq);
}

void reading_go_on(struct tracer *t)
{
	struct reading *reading = &t->reading;
	static uint8_t buffer[ES_CHUNK_MAX];

	while (reading->fd >= 0 && t->spool.used < ES_CHUNK_MAX) {
		size_t want = reading->to_end || reading->left > sizeof(buffer) ? sizeof(buffer) : reading->left;
		ssize_t got = 0;

		if (want)
			got = reading->positioned ? pread(reading->fd, buffer, want, reading->offset) :
						    read(reading->fd, buffer, want);
		if (got <= 0) {
			stop(t, got < 0 ? errno : 0);
			return;
		}
		reply(t, ES_REPLY_DATA, reading->seq, buffer, got, NULL, 0);
		reading->offset += got;
		reading->left -= reading->to_end ? 0 : (uint64_t)got;
	}
}
