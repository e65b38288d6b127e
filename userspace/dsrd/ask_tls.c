// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of type tls: a handshake, by OpenSSL. */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>

#include "dsrd/attempt.h"
#include "error.h"

static struct ssl_ctx_st *context;

int ask_tls_init(struct dsr_error *err)
{
	context = SSL_CTX_new(TLS_client_method());
	if (!context)
		return error_usage(err, "OpenSSL: %s", ERR_reason_error_string(ERR_get_error()));
	SSL_CTX_set_default_verify_paths(context);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	return 0;
}

void ask_tls_exit(void)
{
	SSL_CTX_free(context);
	context = NULL;
}

static void note_expiry(struct attempt *attempt, SSL *ssl)
{
	X509 *certificate = SSL_get1_peer_certificate(ssl);
	struct tm expires = { 0 };

	if (!certificate)
		return;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &expires))
		attempt->expires = timegm(&expires);
	X509_free(certificate);
}

static void fail(struct attempt *attempt, int error)
{
	long verified = SSL_get_verify_result(attempt->data);
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	attempt->cause = CAUSE_TLS;
	if (error == SSL_ERROR_SYSCALL && errno)
		attempt_failed(attempt, "TLS handshake", errno);
	else if (attempt->check->verify && verified != X509_V_OK)
		attempt_done(attempt, ATTEMPT_FAILURE, "certificate: %s",
			     X509_verify_cert_error_string(verified));
	else
		attempt_done(attempt, ATTEMPT_FAILURE, "TLS handshake: %s",
			     reason ? reason : "the connection was closed");
}

static void on_event(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	SSL *ssl = attempt->data;
	int ret, error;

	(void)loop;
	(void)events;
	ERR_clear_error();
	errno = 0;
	ret = SSL_connect(ssl);
	error = SSL_get_error(ssl, ret);
	if (ret == 1) {
		note_expiry(attempt, ssl);
		attempt_done(attempt, ATTEMPT_SUCCESS, "%s", SSL_get_version(ssl));
	} else if (error == SSL_ERROR_WANT_READ) {
		attempt_await(attempt, EV_READ, on_event);
	} else if (error == SSL_ERROR_WANT_WRITE) {
		attempt_await(attempt, EV_WRITE, on_event);
	} else {
		fail(attempt, error);
	}
}

/* The name goes into the handshake, and the certificate must be valid for it. An address is no
 * name to ask for.
 */
static bool name_peer(struct attempt *attempt, SSL *ssl)
{
	char text[ADDR_TEXT];
	const char *host = attempt_host(attempt, text, sizeof(text));
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	if (attempt->check->verify)
		SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	if (!*attempt->check->host)
		return X509_VERIFY_PARAM_set1_ip_asc(param, host);
	return SSL_set_tlsext_host_name(ssl, host) && X509_VERIFY_PARAM_set1_host(param, host, 0);
}

static void start(struct attempt *attempt)
{
	SSL *ssl;

	if (attempt_connect(attempt, SOCK_STREAM, IPPROTO_TCP))
		return;
	ssl = SSL_new(context);
	attempt->data = error_check_alloc(ssl);
	if (!name_peer(attempt, ssl) || !SSL_set_fd(ssl, attempt->fd)) {
		attempt_done(attempt, ATTEMPT_VOID, "OpenSSL: %s",
			     ERR_reason_error_string(ERR_get_error()));
		return;
	}
	attempt_await(attempt, EV_WRITE, on_event);
}

static void stop(struct attempt *attempt)
{
	SSL_free(attempt->data);
	attempt->data = NULL;
}

const struct attempt_kind ask_tls = { "tls", start, stop };
