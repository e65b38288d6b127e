// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Imports the virtual servers of keepalived.conf. VRRP stays with keepalived, and there are no
 * health checks; both are reported.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keepalived_lines.h"
#include "keepalived_vips.h"
#include "lvs.h"

#define PERSISTENCE "360"

struct keepalived {
	struct import *in;
	const struct node *root;
	struct lvs_timeouts timeouts;
	size_t first_service;		/* of the virtual server that is read */
	const struct node *server;
	const char *group;		/* of the virtual server, or NULL */
	struct lvs_forward forward;
	__u64 quorum;
	size_t quorum_line;
	bool has_sorry;
};

/* A real server, or a sorry server. */
struct server {
	struct keepalived *k;
	struct lvs_forward forward;
	size_t forward_line;
	__u64 weight, upper, lower;
	size_t weight_line, limits_line;
	const char *name;
	const char *priority;		/* NULL: the best */
};

static const char no_scripts[] = "nothing runs scripts; watch \"dsrctl monitor\" instead";
static const char no_vrrp[] = "VRRP remains keepalived's: leave it in its file";
static const char no_mail[] = "nothing sends mail; watch \"dsrctl monitor\" instead";
static const char of_keepalived[] = "about keepalived itself: leave it in its file";
static const char no_http[] = "only for HTTP checks";

/* What every checker and, as their defaults, every server can have. */
static const struct import_keyword check_keywords[] = {
	REFUSED("delay_loop", import_no_checks),
	REFUSED("delay_before_retry", import_no_checks),
	REFUSED("retry", import_no_checks),
	REFUSED("nb_get_retry", import_no_checks),
	REFUSED("warmup", import_no_checks),
	REFUSED("connect_timeout", import_no_checks),
	REFUSED("alpha", import_no_checks),
	REFUSED("omega", import_no_checks),
	REFUSED("smtp_alert", no_mail),
	NO_EFFECT("virtualhost", no_http),
	END_OF_KEYWORDS
};

static struct import_service *service_at(const struct keepalived *k, size_t i)
{
	size_t at = k->first_service + i;

	return at < k->in->services.n ? import_service_at(k->in, at) : NULL;
}

static __u64 read_number(struct import *in, const struct node *node, __u64 otherwise)
{
	__u64 number;

	if (!addr_parse_number(node_word(node, 1), UINT32_MAX, &number))
		return number;
	import_refused(in, node->line, "%s \"%s\": expected a number", node_word(node, 0),
		       node_word(node, 1));
	return otherwise;
}

/* Read NAT, DR, or TUN [type TYPE [port PORT]] [nocsum|csum|remcsum]. */
static bool read_forward(struct import *in, const struct node *node, struct lvs_forward *forward)
{
	const char *method = node_word(node, 1), *word;
	int i;

	*forward = (struct lvs_forward){ LVS_NAT };
	if (!strcmp(method, "DR"))
		forward->method = LVS_DR;
	else if (!strcmp(method, "TUN"))
		forward->method = LVS_TUN;
	else if (strcmp(method, "NAT"))
		import_refused(in, node->line, "%s \"%s\": expected NAT, DR or TUN",
			       node_word(node, 0), method);
	for (i = 2; i < node->n; i++) {
		word = node_word(node, i);
		if (!strcmp(word, "type"))
			forward->type = node_word(node, ++i);
		else if (!strcmp(word, "port"))
			forward->port = node_word(node, ++i);
		else
			forward->checksum = word;
	}
	return forward->method != LVS_NAT;
}

/* Global definitions. */

static void load_timeouts(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	__u64 seconds;
	int i;

	for (i = 1; i < node->n; i += 2) {
		if (addr_parse_number(node_word(node, i + 1), UINT32_MAX, &seconds) || !seconds)
			import_refused(in, node->line, "%s \"%s\": expected seconds",
				       node_word(node, i), node_word(node, i + 1));
		else if (!strcmp(node_word(node, i), "tcp"))
			k->timeouts.tcp = seconds;
		else if (!strcmp(node_word(node, i), "tcpfin"))
			k->timeouts.tcpfin = seconds;
		else if (!strcmp(node_word(node, i), "udp"))
			k->timeouts.udp = seconds;
		else
			import_refused(in, node->line, "\"%s\": expected tcp, tcpfin or udp",
				       node_word(node, i));
	}
}

static const struct import_keyword global_keywords[] = {
	LOADED("lvs_timeouts", load_timeouts),
	REFUSED("lvs_sync_daemon", lvs_no_sync),
	NO_EFFECT("lvs_flush", "\"dsrctl apply\" deletes what the file does not have"),
	REFUSED("lvs_flush_on_stop", "services stay until \"dsrctl flush\""),
	REFUSED("notification_email", no_mail),
	REFUSED("notification_email_from", no_mail),
	REFUSED("smtp_server", no_mail),
	REFUSED("smtp_connect_timeout", no_mail),
	REFUSED("smtp_helo_name", no_mail),
	REFUSED("smtp_alert", no_mail),
	REFUSED("smtp_alert_checker", no_mail),
	REFUSED("smtp_alert_vrrp", no_vrrp),
	REFUSED("lvs_notify_fifo", no_scripts),
	REFUSED("lvs_notify_fifo_script", no_scripts),
	REFUSED("startup_script", no_scripts),
	REFUSED("shutdown_script", no_scripts),
	REFUSED("net_namespace_ipvs", "use \"dsrctl -n NAME\" with the result"),
	END_OF_KEYWORDS
};

static void load_global(struct import *in, void *context, const struct node *node)
{
	const struct import_keyword *keyword;
	const struct node *child;

	for (child = node->children; child; child = child->next) {
		for (keyword = global_keywords; keyword->name; keyword++)
			if (!strcmp(keyword->name, node_word(child, 0)))
				break;
		if (keyword->name)
			node_load(in, global_keywords, context, child, "global_defs");
		else
			node_refuse(in, child, of_keepalived);
	}
}

static const struct node *find_group(const struct keepalived *k, const char *name)
{
	const struct node *node;

	for (node = k->root->children; node; node = node->next)
		if (!strcmp(node_word(node, 0), "virtual_server_group") &&
		    !strcmp(node_word(node, 1), name))
			return node;
	return NULL;
}

/* Virtual servers. */

/* Return the family of a service by mark: the one that is given, or that of the servers. */
static const char *family_of(const struct node *node)
{
	const struct node *given = node_find(node, "ip_family");
	const struct node *server = node_find(node, "real_server");

	if (given)
		return node_word(given, 1);
	return server && strchr(node_word(server, 1), ':') ? "inet6" : "inet";
}

static const char *protocol_of(struct import *in, const struct node *node)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	const struct node *given = node_find(node, "protocol");
	size_t i;

	for (i = 0; given && i < sizeof(protocols) / sizeof(*protocols); i++)
		if (!strcasecmp(node_word(given, 1), protocols[i]))
			return protocols[i];
	if (given)
		import_refused(in, given->line, "protocol \"%s\": expected TCP, UDP or SCTP",
			       node_word(given, 1));
	return "tcp";
}

/* Make the services of a virtual server: one, or one for each entry of its group. */
static void make_services(struct keepalived *k, const struct node *node)
{
	struct list vips = LIST_OF(struct keepalived_vip);
	const char *protocol = protocol_of(k->in, node);
	const struct node *group = NULL, *entry;
	struct import_service *service;
	const struct keepalived_vip *vip;
	size_t i;

	k->group = !strcmp(node_word(node, 1), "group") ? node_word(node, 2) : NULL;
	if (k->group)
		group = find_group(k, k->group);
	if (k->group && !group)
		import_refused(k->in, node->line, "there is no virtual_server_group %s", k->group);
	else if (k->group && !group->children)
		import_refused(k->in, node->line, "virtual_server_group %s is empty", k->group);
	for (entry = group ? group->children : NULL; entry; entry = entry->next)
		keepalived_add_vips(k->in, &vips, entry, 0, family_of(node));
	if (!k->group)
		keepalived_add_vips(k->in, &vips, node, 1, family_of(node));
	for (i = 0; i < vips.n; i++) {
		vip = list_at(&vips, i);
		service = import_service(k->in, vip->protocol ?: protocol, vip->text, vip->line);
		if (!service)
			continue;
		service->line = node->line;
		service->node = node;
		lvs_set_timeouts(k->in, service, &k->timeouts);
		lvs_note_mark(k->in, service, vip->line);
		if (k->group)
			snprintf(service->name, sizeof(service->name), "%s", k->group);
		if (k->group && vips.n > 1)
			snprintf(service->pool, sizeof(service->pool), "%s", k->group);
	}
	list_free(&vips);
}

static void load_scheduler(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	struct import_service *service;
	size_t i;

	for (i = 0; (service = service_at(k, i)); i++)
		lvs_set_scheduler(in, service, node_word(node, 1), node->line);
}

static void load_forward(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;

	if (!read_forward(in, node, &k->forward) && !strcmp(node_word(node, 1), "NAT"))
		import_refused(in, node->line, "%s NAT: %s", node_word(node, 0), lvs_no_nat);
}

static void load_flag(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	struct import_service *service;
	size_t i;

	for (i = 0; (service = service_at(k, i)); i++)
		lvs_set_flag(in, service, node_word(node, 0), node->line);
}

static void load_ops(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	struct import_service *service;
	size_t i;

	for (i = 0; (service = service_at(k, i)); i++)
		lvs_set_one_packet(in, service, node->line);
}

static void load_persistence(struct import *in, void *context, const struct node *node)
{
	const char *timeout = node->n > 1 ? node_word(node, 1) : PERSISTENCE;
	struct keepalived *k = context;
	struct import_service *service;
	size_t i;

	for (i = 0; (service = service_at(k, i)); i++)
		import_set(in, service, "persist", timeout, node->line);
}

/* Granularity without a timeout is persistence with the default. */
static void load_granularity(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	struct import_service *service;
	size_t i;

	for (i = 0; (service = service_at(k, i)); i++) {
		lvs_set_netmask(in, service, node_word(node, 1), node->line);
		if (!node_find(k->server, "persistence_timeout"))
			import_set(in, service, "persist", PERSISTENCE, node->line);
	}
}

static void load_name(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	struct import_service *service;
	size_t i;

	(void)in;
	for (i = 0; (service = service_at(k, i)); i++)
		snprintf(service->name, sizeof(service->name), "%s", node_word(node, 1));
}

static void load_quorum(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;

	k->quorum = read_number(in, node, 1);
	k->quorum_line = node->line;
}

/* Servers. */

static void load_weight(struct import *in, void *context, const struct node *node)
{
	struct server *server = context;

	server->weight = read_number(in, node, 1);
	server->weight_line = node->line;
}

static void load_server_forward(struct import *in, void *context, const struct node *node)
{
	struct server *server = context;

	read_forward(in, node, &server->forward);
	server->forward_line = node->line;
}

static void load_upper(struct import *in, void *context, const struct node *node)
{
	struct server *server = context;

	server->upper = read_number(in, node, 0);
	server->limits_line = node->line;
}

static void load_lower(struct import *in, void *context, const struct node *node)
{
	struct server *server = context;

	server->lower = read_number(in, node, 0);
	server->limits_line = node->line;
}

static void load_server_name(struct import *in, void *context, const struct node *node)
{
	struct server *server = context;

	(void)in;
	server->name = node_word(node, 1);
}

static const char inhibit[] =
	"nothing checks servers; "
	"\"state drain\" keeps the flows of a server, and \"health down\" gives them away";

static const struct import_keyword server_keywords[] = {
	LOADED("weight", load_weight),
	LOADED("lb_kind", load_server_forward),
	LOADED("lvs_method", load_server_forward),
	LOADED("uthreshold", load_upper),
	LOADED("lthreshold", load_lower),
	LOADED("snmp_name", load_server_name),
	REFUSED("inhibit_on_failure", inhibit),
	REFUSED("notify_up", no_scripts),
	REFUSED("notify_down", no_scripts),
	REFUSED("HTTP_GET", import_no_checks),
	REFUSED("SSL_GET", import_no_checks),
	REFUSED("TCP_CHECK", import_no_checks),
	REFUSED("SMTP_CHECK", import_no_checks),
	REFUSED("DNS_CHECK", import_no_checks),
	REFUSED("MISC_CHECK", import_no_checks),
	REFUSED("BFD_CHECK", import_no_checks),
	REFUSED("UDP_CHECK", import_no_checks),
	REFUSED("PING_CHECK", import_no_checks),
	REFUSED("FILE_CHECK", import_no_checks),
	AND_KEYWORDS(check_keywords)
};

/* Add a server to one service. */
static void add_server(const struct server *server, struct import_service *service,
		       const struct node *node)
{
	const char *address = node_word(node, 1), *word = node_word(node, 2);
	struct import *in = server->k->in;
	int port = *word ? lvs_port(word) : 0;
	struct import_backend *backend;

	if (port < 0) {
		import_refused(in, node->line, "port \"%s\": expected 0 to 65535", word);
		service->refused++;
		return;
	}
	if (!lvs_check_forward(in, service, address, &server->forward, node->line) ||
	    !lvs_check_port(in, service, address, port, node->line))
		return;
	backend = import_backend(in, service, address, node->line);
	if (!backend)
		return;
	backend->line = server->weight_line;
	backend->weight = server->weight;
	snprintf(backend->name, sizeof(backend->name), "%s", server->name);
	lvs_set_forward(in, backend, &server->forward, server->forward_line);
	lvs_set_thresholds(in, backend, server->upper, server->lower, server->limits_line);
	if (server->priority)
		import_set_backend(in, backend, "priority", server->priority, node->line);
}

/* Add a server to all services of the virtual server. If it is in none of them, its lines are
 * refused.
 */
static void add_to_all(const struct server *server, const struct node *node)
{
	struct import_service *service;
	size_t i, before, added = 0;

	for (i = 0; (service = service_at(server->k, i)); i++) {
		before = service->backends.n;
		add_server(server, service, node);
		added += service->backends.n - before;
	}
	if (!added)
		node_mark(server->k->in, node, IMPORT_REFUSED);
}

static struct server make_server(struct keepalived *k, const struct node *node)
{
	return (struct server){
		.k = k, .forward = k->forward, .weight = 1, .name = "",
		.forward_line = node->line, .weight_line = node->line,
		.limits_line = node->line,
	};
}

static void load_server(struct import *in, void *context, const struct node *node)
{
	struct server server = make_server(context, node);

	node_load_all(in, server_keywords, &server, node, "a real_server");
	add_to_all(&server, node);
}

static void load_sorry(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	struct server server = make_server(k, node);
	const struct node *forward;

	forward = node_find(k->server, "sorry_server_lvs_method") ?:
		  node_find(k->server, "sorry_server_lb_kind");
	if (forward)
		read_forward(in, forward, &server.forward);
	server.priority = "1";
	k->has_sorry = true;
	import_approximated(in, node->line,
			    "sorry_server becomes a backend of priority 1, which joins the others while fewer than min-active of them serve, and replaces none");
	add_to_all(&server, node);
}

static const struct import_keyword virtual_keywords[] = {
	LOADED("lb_algo", load_scheduler),
	LOADED("lvs_sched", load_scheduler),
	LOADED("lb_kind", load_forward),
	LOADED("lvs_method", load_forward),
	LOADED("protocol", NULL),
	LOADED("ip_family", NULL),
	LOADED("flag-1", load_flag),
	LOADED("flag-2", load_flag),
	LOADED("flag-3", load_flag),
	LOADED("sh-port", load_flag),
	LOADED("sh-fallback", load_flag),
	LOADED("mh-port", load_flag),
	LOADED("mh-fallback", load_flag),
	LOADED("ops", load_ops),
	LOADED("persistence_timeout", load_persistence),
	LOADED("persistence_granularity", load_granularity),
	{ "persistence_engine", .approximated = "clients are known by their addresses only" },
	LOADED("snmp_name", load_name),
	LOADED("quorum", load_quorum),
	REFUSED("hysteresis", "min-active has none"),
	REFUSED("quorum_up", no_scripts),
	REFUSED("quorum_down", no_scripts),
	REFUSED("ha_suspend", import_no_checks),
	REFUSED("inhibit_on_failure", inhibit),
	NO_EFFECT("nat_mask", "only NAT needs it"),
	NO_EFFECT("hashed", "IPVS sets it itself"),
	LOADED("sorry_server", load_sorry),
	LOADED("sorry_server_lvs_method", NULL),
	LOADED("sorry_server_lb_kind", NULL),
	REFUSED("sorry_server_inhibit", inhibit),
	LOADED("real_server", load_server),
	AND_KEYWORDS(check_keywords)
};

/* Statements about the whole virtual server come first, and servers last. */
static int turn_of(const struct node *node)
{
	const char *word = node_word(node, 0);

	if (!strcmp(word, "lb_algo") || !strcmp(word, "lvs_sched") || !strcmp(word, "lb_kind") ||
	    !strcmp(word, "lvs_method"))
		return 0;
	return !strcmp(word, "real_server") ? 2 : !strcmp(word, "sorry_server") ? 3 : 1;
}

static int compare_weights(const void *a, const void *b)
{
	const __u64 *left = a, *right = b;

	return (*left < *right) - (*left > *right);
}

/* Return how many servers have the weight of the quorum, if they are the heaviest ones. */
static size_t servers_of(const struct import_service *service, __u64 quorum)
{
	__u64 *weights = error_check_alloc(calloc(service->backends.n + 1, sizeof(*weights)));
	size_t i, n = 0;
	__u64 sum = 0;

	/* The last one is the sorry server. */
	for (i = 0; i + 1 < service->backends.n; i++)
		weights[i] = import_backend_at(service, i)->weight;
	if (i)
		qsort(weights, i, sizeof(*weights), compare_weights);
	while (n < i && sum < quorum)
		sum += weights[n++];
	free(weights);
	return n ?: 1;
}

static void set_quorum(struct keepalived *k)
{
	struct import_service *service;
	char text[24];
	size_t i;

	if (!k->has_sorry) {
		import_refused(k->in, k->quorum_line,
			       "quorum: without a sorry_server, it only runs scripts; %s",
			       no_scripts);
		return;
	}
	for (i = 0; (service = service_at(k, i)); i++) {
		snprintf(text, sizeof(text), "%zu", servers_of(service, k->quorum));
		import_set(k->in, service, "min-active", text, k->quorum_line);
		if (k->quorum > 1)
			import_approximated(k->in, k->quorum_line,
					    "quorum %llu, a sum of weights, becomes min-active %s, a number of servers",
					    (unsigned long long)k->quorum, text);
	}
}

static void load_virtual(struct import *in, void *context, const struct node *node)
{
	struct keepalived *k = context;
	const struct node *child;
	struct import_service *service;
	size_t i;
	int turn;

	k->server = node;
	k->first_service = in->services.n;
	k->forward = (struct lvs_forward){ LVS_NAT };
	k->quorum = 1;
	k->has_sorry = false;
	make_services(k, node);
	if (!service_at(k, 0)) {
		if (!import_line(in, node->line)->n_notes)
			import_refused(in, node->line,
				       "nothing that it matches can be translated");
		node_mark(in, node, IMPORT_REFUSED);
		return;
	}
	for (turn = 0; turn < 4; turn++) {
		for (child = node->children; child; child = child->next)
			if (turn_of(child) == turn)
				node_load(in, virtual_keywords, k, child, "a virtual_server");
		for (i = 0; (service = service_at(k, i)); i++)
			if (!turn && !service->scheduler && !node_find(node, "lb_algo") &&
			    !node_find(node, "lvs_sched"))
				lvs_set_scheduler(in, service, "wlc", node->line);
	}
	if (k->quorum > 1)
		set_quorum(k);
}

/* Whole groups are marked where they stand, even if no virtual server has them. */
static void load_group(struct import *in, void *context, const struct node *node)
{
	(void)context;
	node_mark(in, node, IMPORT_TRANSLATED);
}

static const struct import_keyword first_keywords[] = {
	LOADED("global_defs", load_global),
	LOADED("virtual_server_group", load_group),
	LOADED("virtual_server", NULL),
	REFUSED("vrrp_instance", no_vrrp),
	REFUSED("vrrp_sync_group", no_vrrp),
	REFUSED("vrrp_script", no_vrrp),
	REFUSED("vrrp_track_process", no_vrrp),
	REFUSED("vrrp_track_file", no_vrrp),
	REFUSED("track_file", no_vrrp),
	REFUSED("track_group", no_vrrp),
	REFUSED("garp_group", no_vrrp),
	REFUSED("static_ipaddress", of_keepalived),
	REFUSED("static_routes", of_keepalived),
	REFUSED("static_rules", of_keepalived),
	REFUSED("bfd_instance", import_no_checks),
	REFUSED("SSL", import_no_checks),
	REFUSED("net_namespace", "use \"dsrctl -n NAME\" with the result"),
	REFUSED("net_namespace_ipvs", "use \"dsrctl -n NAME\" with the result"),
	REFUSED("namespace_with_ipsets", of_keepalived),
	REFUSED("instance", of_keepalived),
	REFUSED("use_pid_dir", of_keepalived),
	REFUSED("linkbeat_use_polling", of_keepalived),
	REFUSED("child_wait_time", of_keepalived),
	REFUSED("include_check", of_keepalived),
	END_OF_KEYWORDS
};

static const struct import_keyword second_keywords[] = {
	LOADED("virtual_server", load_virtual),
	END_OF_KEYWORDS
};

int import_keepalived(struct import *in, const char *path, struct dsr_error *err)
{
	struct keepalived k = { .in = in, .timeouts = LVS_TIMEOUTS };
	struct block_reader reader;
	const struct node *node;
	int ret;

	block_begin(&reader, in);
	ret = keepalived_read(in, path, &reader, err);
	k.root = block_end(&reader);
	if (ret)
		return ret;
	node_load_all(in, first_keywords, &k, k.root, "the file");
	for (node = k.root->children; node; node = node->next)
		if (!strcmp(node_word(node, 0), "virtual_server"))
			node_load(in, second_keywords, &k, node, "the file");
	return 0;
}
