// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dsrd/attempt.h"
#include "dsrd/secret.h"

struct ev_loop *attempt_loop;

static const struct attempt_kind *const kinds[CHECK_KINDS] = {
	[CHECK_ICMP] = &ask_icmp,
	[CHECK_TCP] = &ask_tcp,
	[CHECK_UDP] = &ask_udp,
	[CHECK_HTTP] = &ask_http,
	[CHECK_HTTPS] = &ask_http,
	[CHECK_TLS] = &ask_tls,
	[CHECK_DNS] = &ask_dns,
	[CHECK_RADIUS] = &ask_radius,
	[CHECK_TACACS] = &ask_tacacs,
	[CHECK_EXEC] = &ask_exec,
};

int attempt_init(struct ev_loop *loop, struct dsr_error *err)
{
	attempt_loop = loop;
	return ask_http_init(loop, err) || ask_tls_init(err) ? -1 : 0;
}

void attempt_exit(void)
{
	ask_http_exit();
	ask_tls_exit();
}

void attempt_start(struct attempt *attempt)
{
	attempt->fd = -1;
	attempt->kind = attempt->check->sweep > 1 && !attempt->is_way ?
		&ask_sweep : kinds[attempt->check->kind];
	/* A program begins later. */
	if (attempt->check->kind != CHECK_EXEC)
		attempt->began(attempt);
	attempt->kind->start(attempt);
}

void attempt_stop(struct attempt *attempt)
{
	const struct attempt_kind *kind = attempt->kind;

	if (!kind)
		return;
	attempt->kind = NULL;
	if (kind->stop)
		kind->stop(attempt);
	if (attempt->fd < 0)
		return;
	ev_io_stop(attempt_loop, &attempt->io);
	close(attempt->fd);
	attempt->fd = -1;
}

void attempt_done(struct attempt *attempt, enum attempt_result result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(attempt->reason, sizeof(attempt->reason), format, args);
	va_end(args);
	attempt_stop(attempt);
	attempt->done(attempt, result);
}

bool attempt_again(struct attempt *attempt)
{
	if (!attempt->kind || !attempt->kind->again)
		return false;
	attempt->kind->again(attempt);
	return true;
}

void attempt_expire(struct attempt *attempt)
{
	if (attempt->kind->expire)
		attempt->kind->expire(attempt);
	else
		attempt_silent(attempt);
}

void attempt_silent(struct attempt *attempt)
{
	char reason[sizeof(attempt->reason)];

	memcpy(reason, attempt->reason, sizeof(reason));
	attempt->cause = *reason ? CAUSE_ANSWER : CAUSE_TIMEOUT;
	if (*reason)
		attempt_done(attempt, ATTEMPT_FAILURE, "%s", reason);
	else
		attempt_done(attempt, ATTEMPT_FAILURE, "no answer within %u ms",
			     attempt->check->timeout);
}

/* Return true if an error says that this machine lacks something, and nothing about others. */
static bool is_own_fault(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EAGAIN:
	case EADDRNOTAVAIL:
	case EADDRINUSE:
	case EPERM:
	case EACCES:
		return true;
	default:
		return false;
	}
}

enum attempt_cause attempt_cause_of(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return CAUSE_REFUSED;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENOPROTOOPT:
		return CAUSE_UNREACHABLE;
	case ETIMEDOUT:
		return CAUSE_TIMEOUT;
	case ECONNRESET:
	case EPIPE:
		return CAUSE_CLOSED;
	default:
		return CAUSE_OTHER;
	}
}

void attempt_failed(struct attempt *attempt, const char *what, int error)
{
	attempt->cause = attempt_cause_of(error);
	/* The module drops what a client could not send to the backend either. */
	if (error == EPERM && attempt->target->mark)
		attempt_done(attempt, ATTEMPT_FAILURE,
			     "%s: this machine drops it: no way to the backend, or a rule of a firewall",
			     what);
	else
		attempt_done(attempt, is_own_fault(error) ? ATTEMPT_VOID : ATTEMPT_FAILURE,
			     "%s: %s", what, strerror(error));
}

unsigned int attempt_sockaddr(const struct dsr_addr *addr, __u16 port,
			      struct sockaddr_storage *storage)
{
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)storage;
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)storage;

	memset(storage, 0, sizeof(*storage));
	storage->ss_family = addr->family;
	if (addr->family == AF_INET) {
		ipv4->sin_port = htons(port);
		memcpy(&ipv4->sin_addr, addr->bytes, sizeof(ipv4->sin_addr));
		return sizeof(*ipv4);
	}
	ipv6->sin6_port = htons(port);
	memcpy(&ipv6->sin6_addr, addr->bytes, sizeof(ipv6->sin6_addr));
	return sizeof(*ipv6);
}

static int open_socket(const struct target *target, int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return -1;
	if ((target->mark &&
	     setsockopt(fd, SOL_SOCKET, SO_MARK, &target->mark, sizeof(target->mark))) ||
	    (*target->device &&
	     setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, target->device,
			strlen(target->device) + 1))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Return the address that this machine would send from, without sending anything. Return false if
 * there is none.
 */
static bool source_for(const struct target *target, const struct dsr_addr *to,
		       struct sockaddr_storage *source)
{
	struct sockaddr_storage storage;
	socklen_t length = attempt_sockaddr(to, 9, &storage), size = sizeof(*source);
	int fd = open_socket(target, to->family, SOCK_DGRAM, 0);
	bool found;

	if (fd < 0)
		return false;
	found = !connect(fd, (struct sockaddr *)&storage, length) &&
		!getsockname(fd, (struct sockaddr *)source, &size);
	close(fd);
	return found;
}

static void set_port(struct sockaddr_storage *storage, __u16 port)
{
	if (storage->ss_family == AF_INET)
		((struct sockaddr_in *)storage)->sin_port = htons(port);
	else
		((struct sockaddr_in6 *)storage)->sin6_port = htons(port);
}

static __u16 port_of(const struct sockaddr_storage *storage)
{
	return ntohs(storage->ss_family == AF_INET ?
		     ((const struct sockaddr_in *)storage)->sin_port :
		     ((const struct sockaddr_in6 *)storage)->sin6_port);
}

/* Return true if the director would send from the VIP, because it has the VIP as well. It would
 * take the answer for one of its own packets. Then fill in the address from which it reaches the
 * backend.
 */
static bool sends_from_vip(const struct target *target, struct sockaddr_storage *source)
{
	const struct dsr_addr *from = &target->backend;
	void *bytes;

	if (!target->mark || from->family != target->addr.family ||
	    !source_for(target, &target->addr, source))
		return false;
	bytes = source->ss_family == AF_INET ? (void *)&((struct sockaddr_in *)source)->sin_addr :
		(void *)&((struct sockaddr_in6 *)source)->sin6_addr;
	return !memcmp(bytes, target->addr.bytes, addr_bits(target->addr.family) / 8) &&
	       source_for(target, from, source);
}

static int bind_source(const struct target *target, int fd, __u16 port)
{
	const struct dsr_addr any = { .family = target->addr.family };
	struct sockaddr_storage source;
	bool from_vip = sends_from_vip(target, &source);

	if (!from_vip && !port)
		return 0;
	if (!from_vip)
		attempt_sockaddr(&any, port, &source);
	set_port(&source, port);
	return bind(fd, (struct sockaddr *)&source, source.ss_family == AF_INET ?
		    sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
}

int attempt_socket(const struct target *target, int type, int protocol, __u16 source_port)
{
	int fd = open_socket(target, target->addr.family, type, protocol), error;

	if (fd < 0 || !bind_source(target, fd, source_port))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Note the port of a way, so that it can ask from it again. */
static void note_port(struct attempt *attempt)
{
	struct sockaddr_storage source;
	socklen_t size = sizeof(source);

	if (attempt->is_way && !getsockname(attempt->fd, (struct sockaddr *)&source, &size))
		attempt->source_port = port_of(&source);
}

int attempt_connect(struct attempt *attempt, int type, int protocol)
{
	const struct target *target = attempt->target;
	struct sockaddr_storage storage;
	socklen_t length = attempt_sockaddr(&target->addr, type == SOCK_RAW ? 0 : target->port,
					    &storage);

	attempt->fd = attempt_socket(target, type, protocol, attempt->source_port);
	ev_io_init(&attempt->io, NULL, attempt->fd, 0);
	if (attempt->fd >= 0 &&
	    (!connect(attempt->fd, (struct sockaddr *)&storage, length) || errno == EINPROGRESS)) {
		note_port(attempt);
		return 0;
	}
	attempt_failed(attempt, attempt->fd < 0 ? "socket" : "connect", errno);
	return -1;
}

void attempt_await(struct attempt *attempt, int events,
		   void (*call)(struct ev_loop *loop, ev_io *io, int events))
{
	ev_io_stop(attempt_loop, &attempt->io);
	ev_io_init(&attempt->io, call, attempt->fd, events);
	/* An answer counts even if the timer is due in the same round of the loop. */
	ev_set_priority(&attempt->io, 1);
	attempt->io.data = attempt;
	ev_io_start(attempt_loop, &attempt->io);
}

void attempt_ask_datagram(struct attempt *attempt, const char *what, const void *bytes, size_t size,
			  void (*call)(struct ev_loop *loop, ev_io *io, int events))
{
	if (attempt_connect(attempt, SOCK_DGRAM, IPPROTO_UDP))
		return;
	if (send(attempt->fd, bytes, size, 0) < 0)
		attempt_failed(attempt, what, errno);
	else
		attempt_await(attempt, EV_READ, call);
}

ssize_t attempt_receive(struct attempt *attempt, const char *what, void *bytes, size_t size)
{
	ssize_t n = recv(attempt->fd, bytes, size, 0);

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		attempt_failed(attempt, what, errno);
	return n;
}

const struct secret *attempt_secret(struct attempt *attempt, const char *file)
{
	const struct secret *secret = secret_find(file);

	if (secret && secret->n)
		return secret;
	attempt_done(attempt, ATTEMPT_VOID, "%s", secret ? secret->error : file);
	return NULL;
}

const char *attempt_host(const struct attempt *attempt, char *text, size_t size)
{
	const struct target *target = attempt->target;

	if (*attempt->check->host)
		return attempt->check->host;
	return addr_format(target->vip.family ? &target->vip : &target->backend, text, size);
}
