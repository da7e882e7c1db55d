// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/*
 * Bytes that wait for the reader: a list of chunks, so that memory is held only for what waits. It never blocks and
 * never drops: who fills it looks at `used` first (records stay in the kernel's ring while it's too long).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tracer.h"

#define CHUNK_SIZE (1 << 20)

struct chunk {
	struct chunk *next;
	size_t start, end;
	uint8_t bytes[CHUNK_SIZE];
};

static struct chunk *append_chunk(struct spool *spool)
{
	struct chunk *chunk = spool->spare ? spool->spare : malloc(sizeof(*chunk));

	if (!chunk) {
		fputs("errscope-tracer: out of memory\n", stderr);
		exit(1); /* the kernel takes the probes away with us */
	}
	spool->spare = NULL;
	chunk->next = NULL;
	chunk->start = chunk->end = 0;
	if (spool->last)
		spool->last->next = chunk;
	else
		spool->first = chunk;
	return spool->last = chunk;
}

void spool_put(struct spool *spool, const void *bytes, size_t size)
{
	const uint8_t *from = bytes;

	while (size > 0) {
		struct chunk *chunk = spool->last;
		size_t part;

		if (!chunk || chunk->end == CHUNK_SIZE)
			chunk = append_chunk(spool);
		part = CHUNK_SIZE - chunk->end < size ? CHUNK_SIZE - chunk->end : size;
		memcpy(chunk->bytes + chunk->end, from, part);
		chunk->end += part;
		spool->used += part;
		from += part;
		size -= part;
	}
	if (spool->used > spool->peak)
		spool->peak = spool->used;
}

static void drop_first(struct spool *spool)
{
	struct chunk *chunk = spool->first;

	spool->first = chunk->next;
	if (!spool->first)
		spool->last = NULL;
	if (spool->spare)
		free(chunk);
	else
		spool->spare = chunk;
}

int spool_write(struct spool *spool, int fd)
{
	while (spool->first) {
		struct chunk *chunk = spool->first;
		ssize_t written = write(fd, chunk->bytes + chunk->start, chunk->end - chunk->start);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		chunk->start += written;
		spool->used -= written;
		if (chunk->start == chunk->end)
			drop_first(spool);
	}
	return 0;
}
