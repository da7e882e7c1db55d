// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_LIST: the processes that have an executable, or one. Which of them are Go programs is for the server to find out. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tracer.h"

#define COMMAND_LINE_MAX 1024
#define FIELD_PARENT 4 /* of /proc/PID/stat: proc(5) */
#define FIELD_FLAGS 9
#define FIELD_THREADS 20
#define FIELD_START 22

/* Bytes read, 0 if it can't be. */
static size_t read_small(int directory, const char *name, char *buffer, size_t size)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, buffer, size);

	if (fd >= 0)
		close(fd);
	return got < 0 ? 0 : got;
}

/* The name may hold spaces and parentheses: fields are counted from the last closing one. */
static bool parse_stat(char *text, struct es_process *process, char *name, size_t name_size)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')'), *field;
	int number = 2;

	if (!open || !close || close < open)
		return false;
	snprintf(name, name_size, "%.*s", (int)(close - open - 1), open + 1);
	for (field = strtok(close + 1, " "); field; field = strtok(NULL, " ")) {
		number++;
		if (number == FIELD_PARENT)
			process->ppid = strtoul(field, NULL, 10);
		if (number == FIELD_START) {
			process->start = strtoull(field, NULL, 10);
			return true;
		}
	}
	return false;
}

#define PF_EXITING 0x4 /* include/linux/sched.h: set before the tracepoint of an end is passed */

/* One that is ending, or has ended and waits for its parent, is none; its first thread may end alone, though. */
static bool has_ended(char *text)
{
	char *close = strrchr(text, ')'), *field;
	unsigned long flags = 0;
	int number = 2;

	for (field = close ? strtok(close + 1, " ") : NULL; field; field = strtok(NULL, " ")) {
		number++;
		if (number == FIELD_FLAGS)
			flags = strtoul(field, NULL, 10);
		if (number == FIELD_THREADS)
			return flags & PF_EXITING && strtoul(field, NULL, 10) <= 1;
	}
	return true;
}

bool process_exists(uint32_t pid)
{
	char path[32], text[1024];
	size_t got;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	got = read_small(AT_FDCWD, path, text, sizeof(text) - 1);
	text[got] = 0;
	return got && !has_ended(text);
}

static void list_process(struct tracer *t, uint32_t seq, int proc, const char *pid)
{
	struct es_process process = { .pid = strtoul(pid, NULL, 10) };
	char exe[4096], name[64], line[COMMAND_LINE_MAX], text[1024];
	char strings[sizeof(exe) + sizeof(name) + sizeof(line)];
	int directory = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t exe_len = directory < 0 ? -1 : readlinkat(directory, "exe", exe, sizeof(exe));
	size_t got = exe_len <= 0 ? 0 : read_small(directory, "stat", text, sizeof(text) - 1); /* kernel threads: no exe */
	struct stat status;
	int fd;

	text[got] = 0;
	if (got && parse_stat(text, &process, name, sizeof(name)) && !fstat(directory, &status)) {
		process.uid = status.st_uid;
		process.exe_len = exe_len;
		process.name_len = strlen(name);
		process.cmd_len = read_small(directory, "cmdline", line, sizeof(line));
		fd = openat(directory, "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0) {
			file_identity(fd, &process.file);
			close(fd);
		}
		memcpy(strings, exe, exe_len);
		memcpy(strings + exe_len, name, process.name_len);
		memcpy(strings + exe_len + process.name_len, line, process.cmd_len);
		reply(t, ES_REPLY_PROCESS, seq, &process, sizeof(process), strings,
		      exe_len + process.name_len + process.cmd_len);
	}
	if (directory >= 0)
		close(directory);
}

void command_list(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	uint32_t only = 0;
	char name[16];

	if (!proc)
		return reply_error(t, seq, ES_REASON_NO_FILE, 0, "/proc can't be read: mount procfs there");
	if (size == sizeof(only))
		memcpy(&only, payload, size);
	if (only) {
		snprintf(name, sizeof(name), "%u", only);
		list_process(t, seq, dirfd(proc), name);
	}
	while (!only && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			list_process(t, seq, dirfd(proc), entry->d_name);
	closedir(proc);
	reply_done(t, seq);
}
