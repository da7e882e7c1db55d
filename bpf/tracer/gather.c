// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/* ES_CMD_GATHER: many small pieces of a target's memory at once, a thousand a system call. */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include "tracer.h"

#define PIECES 1024 /* UIO_MAXIOV of linux/uio.h */
#define GATHER_MAX (64u << 20) /* bytes of one answer: it waits in our memory */

/* Reads `count` pieces to `to`, which is zeroed. False: there is no such process (any more), or it is not ours to read. */
static bool gather(const struct es_gather *command, const uint8_t *addresses, size_t count, uint8_t *to)
{
	struct iovec remote[PIECES];
	size_t done = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t address;

		memcpy(&address, addresses + i * sizeof(address), sizeof(address));
		remote[i] = (struct iovec){ .iov_base = (void *)(uintptr_t)address, .iov_len = command->length };
	}
	while (done < count) {
		struct iovec local = { .iov_base = to + done * command->length, .iov_len = (count - done) * command->length };
		ssize_t got = process_vm_readv(command->pid, &local, 1, remote + done, count - done, 0);
		size_t whole = got < 0 ? 0 : (size_t)got / command->length;

		if (got < 0 && errno != EFAULT)
			return false;
		done += whole;
		if (done == count)
			break;
		/* the next one can't be read, or not to its end */
		memset(to + done * command->length, 0, command->length);
		done++;
	}
	return true;
}

void command_gather(struct tracer *t, uint32_t seq, const uint8_t *payload, size_t size)
{
	static uint8_t pieces[ES_CHUNK_MAX];
	struct es_gather command;
	size_t count, batch;

	if (size < sizeof(command) || (size - sizeof(command)) % sizeof(uint64_t))
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "malformed gather command");
	memcpy(&command, payload, sizeof(command));
	if (!command.length || command.length > ES_PIECE_MAX)
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "pieces of %u bytes", command.length);
	payload += sizeof(command);
	count = (size - sizeof(command)) / sizeof(uint64_t);
	if (count > GATHER_MAX / command.length)
		return reply_error(t, seq, ES_REASON_COMMAND, 0, "%zu pieces of %u bytes: more than %u bytes in all", count,
				   command.length, GATHER_MAX);
	for (size_t i = 0; i < count; i += batch) {
		batch = sizeof(pieces) / command.length;
		batch = batch > PIECES ? PIECES : batch;
		batch = batch > count - i ? count - i : batch;
		memset(pieces, 0, batch * command.length);
		if (!gather(&command, payload + i * sizeof(uint64_t), batch, pieces)) {
			int error = errno;

			return reply_error(t, seq, reason_of(error), error, "memory of process %u can't be read: %s",
					   command.pid, strerror(error));
		}
		reply(t, ES_REPLY_DATA, seq, pieces, batch * command.length, NULL, 0);
	}
	reply_done(t, seq);
}
