// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0)
/*
 * errscope-tracer: the only privileged part of errscope. Commands come in on stdin, replies and records go out on
 * stdout (wire.h), talk for people on stderr. It ends, with every probe detached and every record handed over, when
 * stdin ends or on SIGTERM or SIGINT. If it is killed, the kernel takes the probes away.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "tracer.h"

#define READ_SIZE 65536
#define LOOK_MS 20       /* how often to look into the ring by ourselves: programs wake us only when it fills up */
#define LAST_WORDS_MS 5000 /* at the end: how long to wait for a reader that takes nothing */
#define RING_BATCH 64

static const char usage[] =
	"usage: errscope-tracer [--max-sites N] [--ring-bytes N] [--spool-bytes N] [--verbose]\n"
	"Started by errscope; speaks the protocol of bpf/wire.h on stdin and stdout.\n";

static int log_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_DEBUG ? 0 : vfprintf(stderr, format, arguments);
}
static int log_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return 0;
}

static bool parse_options(int count, char **words, struct options *options)
{
	static const struct option known[] = {
		{ "max-sites", required_argument, NULL, 's' },
		{ "ring-bytes", required_argument, NULL, 'r' },
		{ "spool-bytes", required_argument, NULL, 'b' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(count, words, "", known, NULL)) != -1) {
		char *end = "";
		unsigned long value = optarg ? strtoul(optarg, &end, 10) : 1;

		if (*end || value < 1 || value > UINT32_MAX)
			return false;
		if (option == 's' && value <= 1 << 20)
			options->max_sites = value;
		else if (option == 'r' && value >= 65536 && !(value & (value - 1)))
			options->ring_bytes = value;
		else if (option == 'b')
			options->spool_bytes = value;
		else if (option == 'v')
			options->verbose = true;
		else
			return false;
	}
	return optind == count;
}

/* False at the end of the input. */
static bool take_input(struct tracer *t)
{
	ssize_t got;

	if (t->input_capacity - t->input_size < READ_SIZE) {
		size_t capacity = t->input_capacity ? t->input_capacity * 2 : 4 * READ_SIZE;
		uint8_t *grown = realloc(t->input, capacity);

		if (!grown)
			return false;
		t->input = grown;
		t->input_capacity = capacity;
	}
	got = read(STDIN_FILENO, t->input + t->input_size, READ_SIZE);
	if (got <= 0)
		return got < 0 && (errno == EINTR || errno == EAGAIN);
	t->input_size += got;
	return true;
}

/* A command that can't be: its length is over the limit. The stream can't be followed any further. */
static bool input_is_garbage(const struct tracer *t)
{
	struct es_frame frame;

	if (t->input_size < sizeof(frame))
		return false;
	memcpy(&frame, t->input, sizeof(frame));
	return frame.len > ES_COMMAND_MAX;
}

static void take_records(struct tracer *t)
{
	while (t->kernel.ring && t->spool.used < t->options.spool_bytes)
		if (ring_buffer__consume_n(t->kernel.ring, RING_BATCH) <= 0)
			return;
}

static int open_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Until the input ends, a signal asks to end, or the reader is gone. 0: a regular end. */
static int serve(struct tracer *t, int signals)
{
	for (;;) {
		bool room = t->spool.used < t->options.spool_bytes;
		struct pollfd fds[] = {
			{ signals, POLLIN, 0 },
			{ t->reading.fd < 0 && room ? STDIN_FILENO : -1, POLLIN, 0 },
			{ STDOUT_FILENO, t->spool.used ? POLLOUT : 0, 0 },
			{ t->kernel.ring && room ? ring_buffer__epoll_fd(t->kernel.ring) : -1, POLLIN, 0 },
		};
		bool waits = t->reading.fd >= 0 && t->spool.used < ES_CHUNK_MAX;

		if (poll(fds, 4, waits ? 0 : t->attachments ? LOOK_MS : -1) < 0 && errno != EINTR)
			return 1;
		if (fds[0].revents)
			return 0;
		if (fds[1].revents) {
			if (!take_input(t))
				return 0;
			if (input_is_garbage(t)) {
				fputs("errscope-tracer: the input is no command\n", stderr);
				return 1;
			}
		}
		reading_go_on(t);
		commands_run(t);
		take_records(t);
		if (spool_write(&t->spool, STDOUT_FILENO) || (fds[2].revents & POLLERR))
			return 1;
	}
}

/* Probes first, then what they left in the ring, then all that waits for the reader. */
static void finish(struct tracer *t)
{
	struct pollfd out = { STDOUT_FILENO, POLLOUT, 0 };

	detach_all(t);
	do {
		take_records(t);
		if (spool_write(&t->spool, STDOUT_FILENO))
			return;
	} while (t->spool.used && poll(&out, 1, LAST_WORDS_MS) > 0 && !(out.revents & POLLERR));
	kernel_close(&t->kernel);
}

int main(int count, char **words)
{
	static struct tracer tracer = {
		.options = { .max_sites = 65536, .ring_bytes = 16 << 20, .spool_bytes = 256 << 20 },
		.reading = { .fd = -1 },
	};
	struct es_hello hello = { .version = ES_WIRE_VERSION, .pid = getpid(), .uid = geteuid() };
	int signals, status;

	if (!parse_options(count, words, &tracer.options) || isatty(STDIN_FILENO)) {
		fputs(usage, stderr);
		return 2;
	}
	libbpf_set_print(tracer.options.verbose ? log_libbpf : log_nothing);
	signals = open_signals();
	if (signals < 0 || fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK) < 0) {
		perror("errscope-tracer");
		return 1;
	}
	hello.max_sites = tracer.options.max_sites;
	reply(&tracer, ES_HELLO, 0, &hello, sizeof(hello), NULL, 0);
	status = serve(&tracer, signals);
	finish(&tracer);
	return status;
}
