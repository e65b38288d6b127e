// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The firewall rules that name destinations, from the output of nft and of
 * iptables-legacy-save, and what IPVS and connection tracking know. Pure: text in, records
 * out.
 *
 * What matters of a rule is where it can be met first on the way of a packet: in its own
 * chain if that has a hook, otherwise in the earliest one that jumps to its chain.
 */
#include <json-c/json.h>
#include <netinet/in.h>
#include <linux/netfilter_ipv4.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

/* Chains that jump to each other are passed through at most so many times. */
#define JUMPS_MAX 16
/* Destinations, and ranges of ports, of a rule; further ones are ignored. */
#define MATCHES 64

struct chain {
	const char *family, *table, *name;
	char hook[16];			/* empty: nothing leads here yet */
	int priority;
};

struct ports {
	__u16 from, to;
};

/* What a rule matches. */
struct match {
	struct dsr_prefix to[MATCHES];
	size_t n_to;
	struct ports ports[MATCHES];
	size_t n_ports;
	__u8 protocol;
	bool acts;
	bool is_other;			/* it excludes destinations */
};

static const char *string_of(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		return "";
	return json_object_get_string(value);
}

static __s64 number_of(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_int64(value) : 0;
}

/* Return how early a hook is met, the smaller the earlier. */
static int rank(const char *hook, int priority)
{
	static const char *const later[] = { "input", "forward", "output", "postrouting", NULL };
	int i = model_find(later, hook);

	if (!strcmp(hook, "ingress"))
		return -1000000;
	return i < 0 ? priority : 1000000 + i;
}

static bool is_earlier(const struct chain *a, const struct chain *b)
{
	return *a->hook && (!*b->hook || rank(a->hook, a->priority) < rank(b->hook, b->priority));
}

static struct chain *find_chain(const struct list *chains, struct json_object *of, const char *name)
{
	const char *family = string_of(of, "family"), *table = string_of(of, "table");
	struct chain *chain;
	size_t i;

	for (i = 0; i < chains->n; i++) {
		chain = (struct chain *)list_at(chains, i);
		if (!strcmp(chain->name, name) && !strcmp(chain->table, table) &&
		    !strcmp(chain->family, family))
			return chain;
	}
	return NULL;
}

static void add_chain(struct list *chains, struct json_object *from)
{
	struct chain *chain = list_new(chains);

	*chain = (struct chain){
		.family = string_of(from, "family"),
		.table = string_of(from, "table"),
		.name = string_of(from, "name"),
		.priority = number_of(from, "prio"),
	};
	snprintf(chain->hook, sizeof(chain->hook), "%s", string_of(from, "hook"));
}

/* Return the chain that a verdict jumps to, or NULL. */
static const char *target_of(struct json_object *verdict)
{
	struct json_object *to;

	if (json_object_object_get_ex(verdict, "jump", &to) ||
	    json_object_object_get_ex(verdict, "goto", &to))
		return string_of(to, "target");
	return NULL;
}

/* A chain is met where the earliest of those that jump to it is met. Return true if that
 * is news.
 */
static bool follow(const struct list *chains, struct json_object *rule,
		   struct json_object *verdict)
{
	const char *target = target_of(verdict);
	struct chain *from, *to;

	if (!target)
		return false;
	from = find_chain(chains, rule, string_of(rule, "chain"));
	to = find_chain(chains, rule, target);
	if (!from || !to || !is_earlier(from, to))
		return false;
	snprintf(to->hook, sizeof(to->hook), "%s", from->hook);
	to->priority = from->priority;
	return true;
}

/* Return the array of pairs of a verdict map, or NULL. */
static struct json_object *pairs_of(struct json_object *statement)
{
	struct json_object *vmap, *data, *set;

	if (!json_object_object_get_ex(statement, "vmap", &vmap) ||
	    !json_object_object_get_ex(vmap, "data", &data) ||
	    !json_object_object_get_ex(data, "set", &set) ||
	    !json_object_is_type(set, json_type_array))
		return NULL;
	return set;
}

static bool follow_statement(const struct list *chains, struct json_object *rule,
			     struct json_object *statement)
{
	struct json_object *pairs = pairs_of(statement), *pair;
	bool news = follow(chains, rule, statement);
	size_t i;

	for (i = 0; pairs && i < json_object_array_length(pairs); i++) {
		pair = json_object_array_get_idx(pairs, i);
		if (json_object_is_type(pair, json_type_array) &&
		    json_object_array_length(pair) == 2)
			news |= follow(chains, rule, json_object_array_get_idx(pair, 1));
	}
	return news;
}

static bool follow_rule(const struct list *chains, struct json_object *rule)
{
	struct json_object *statements;
	bool news = false;
	size_t i;

	if (!json_object_object_get_ex(rule, "expr", &statements))
		return false;
	for (i = 0; i < json_object_array_length(statements); i++)
		news |= follow_statement(chains, rule,
					 json_object_array_get_idx(statements, i));
	return news;
}

static bool is_field(struct json_object *left, const char *field)
{
	struct json_object *payload;

	return json_object_object_get_ex(left, "payload", &payload) &&
	       !strcmp(string_of(payload, "field"), field);
}

static void add_to(struct match *match, const char *addr, int len)
{
	struct dsr_error err;
	struct dsr_prefix prefix;

	if (match->n_to == MATCHES || addr_parse(addr, &prefix.addr, &err))
		return;
	prefix.len = len < 0 ? addr_bits(prefix.addr.family) : (unsigned int)len;
	match->to[match->n_to++] = prefix;
}

static void add_ports(struct match *match, __s64 from, __s64 to)
{
	if (match->n_ports == MATCHES || from < 1 || from > to || to > 65535)
		return;
	match->ports[match->n_ports++] = (struct ports){ from, to };
}

/* Add an element: an address, a prefix, a port or a range. Ranges of addresses are not
 * rules about a VIP.
 */
static void add_element(struct match *match, struct json_object *element, bool is_addr)
{
	struct json_object *inner;

	if (json_object_object_get_ex(element, "elem", &inner))
		json_object_object_get_ex(inner, "val", &element);
	if (is_addr && json_object_is_type(element, json_type_string))
		add_to(match, json_object_get_string(element), -1);
	else if (is_addr && json_object_object_get_ex(element, "prefix", &inner))
		add_to(match, string_of(inner, "addr"), number_of(inner, "len"));
	else if (!is_addr && json_object_is_type(element, json_type_int))
		add_ports(match, json_object_get_int64(element), json_object_get_int64(element));
	else if (!is_addr && json_object_object_get_ex(element, "range", &inner) &&
		 json_object_array_length(inner) == 2)
		add_ports(match, json_object_get_int64(json_object_array_get_idx(inner, 0)),
			  json_object_get_int64(json_object_array_get_idx(inner, 1)));
}

/* Add the elements of a set. Those of a map are pairs. */
static void add_elements(struct match *match, struct json_object *elements, bool is_addr)
{
	struct json_object *element;
	size_t i;

	if (!json_object_is_type(elements, json_type_array))
		return;
	for (i = 0; i < json_object_array_length(elements); i++) {
		element = json_object_array_get_idx(elements, i);
		if (json_object_is_type(element, json_type_array) &&
		    json_object_array_length(element))
			element = json_object_array_get_idx(element, 0);
		add_element(match, element, is_addr);
	}
}

/* Return the elements of a named set or map of the rule's table, or NULL. */
static struct json_object *named_set(struct json_object *objects, struct json_object *rule,
				     const char *name)
{
	struct json_object *object, *set, *elements;
	size_t i;

	for (i = 0; i < json_object_array_length(objects); i++) {
		object = json_object_array_get_idx(objects, i);
		if (!json_object_object_get_ex(object, "set", &set) &&
		    !json_object_object_get_ex(object, "map", &set))
			continue;
		if (!strcmp(string_of(set, "name"), name) &&
		    !strcmp(string_of(set, "table"), string_of(rule, "table")) &&
		    !strcmp(string_of(set, "family"), string_of(rule, "family")) &&
		    json_object_object_get_ex(set, "elem", &elements))
			return elements;
	}
	return NULL;
}

static void add_right(struct match *match, struct json_object *objects, struct json_object *rule,
		      struct json_object *right, bool is_addr)
{
	struct json_object *set;

	if (json_object_is_type(right, json_type_string) &&
	    json_object_get_string(right)[0] == '@')
		add_elements(match, named_set(objects, rule, json_object_get_string(right) + 1),
			     is_addr);
	else if (json_object_object_get_ex(right, "set", &set))
		add_elements(match, set, is_addr);
	else
		add_element(match, right, is_addr);
}

static void read_protocol(struct match *match, const char *name)
{
	if (!strcmp(name, "tcp"))
		match->protocol = IPPROTO_TCP;
	else if (!strcmp(name, "udp"))
		match->protocol = IPPROTO_UDP;
	else if (!strcmp(name, "sctp"))
		match->protocol = IPPROTO_SCTP;
	else if (!strcmp(name, "icmp") || !strcmp(name, "1"))
		match->protocol = IPPROTO_ICMP;
}

static void read_match(struct match *match, struct json_object *objects, struct json_object *rule,
		       struct json_object *left, struct json_object *right)
{
	struct json_object *payload;

	if (is_field(left, "daddr")) {
		add_right(match, objects, rule, right, true);
	} else if (is_field(left, "dport")) {
		json_object_object_get_ex(left, "payload", &payload);
		read_protocol(match, string_of(payload, "protocol"));
		add_right(match, objects, rule, right, false);
	} else if (json_object_is_type(right, json_type_string)) {
		read_protocol(match, json_object_get_string(right));
	}
}

/* Return true if a statement does more to a packet than to accept or to count it. */
static bool is_act(const char *statement)
{
	static const char *const idle[] = {
		"match", "accept", "counter", "log", "limit", "quota", "return", "continue", NULL
	};

	return model_find(idle, statement) < 0;
}

static void read_statement(struct match *match, struct json_object *objects,
			   struct json_object *rule, struct json_object *statement)
{
	struct json_object *inner, *left, *right;

	if (json_object_object_get_ex(statement, "match", &inner) &&
	    json_object_object_get_ex(inner, "left", &left) &&
	    json_object_object_get_ex(inner, "right", &right)) {
		if (!strcmp(string_of(inner, "op"), "!="))
			match->is_other |= is_field(left, "daddr");
		else
			read_match(match, objects, rule, left, right);
	}
	if (json_object_object_get_ex(statement, "vmap", &inner) &&
	    json_object_object_get_ex(inner, "key", &left) &&
	    json_object_object_get_ex(inner, "data", &right) && is_field(left, "daddr"))
		add_right(match, objects, rule, right, true);
	json_object_object_foreach(statement, name, value) {
		(void)value;
		match->acts |= is_act(name);
	}
}

/* Add a record for each pair of a destination and a range of ports. */
static void add_records(struct list *rules, const struct doctor_rule *common,
			const struct match *match)
{
	struct doctor_rule *rule;
	size_t i, j;

	for (i = 0; i < match->n_to && !match->is_other; i++) {
		for (j = 0; j == 0 || j < match->n_ports; j++) {
			rule = list_new(rules);
			*rule = *common;
			rule->to = match->to[i];
			rule->protocol = match->protocol;
			rule->acts = match->acts;
			if (j < match->n_ports) {
				rule->port = match->ports[j].from;
				rule->port_end = match->ports[j].to;
			}
		}
	}
}

static void read_rule(struct list *rules, const struct list *chains, struct json_object *objects,
		      struct json_object *from)
{
	struct match *match = error_check_alloc(calloc(1, sizeof(*match)));
	const struct chain *chain = find_chain(chains, from, string_of(from, "chain"));
	struct doctor_rule common = { .handle = number_of(from, "handle") };
	struct json_object *statements;
	size_t i;

	if (chain && *chain->hook && json_object_object_get_ex(from, "expr", &statements)) {
		snprintf(common.family, sizeof(common.family), "%s", chain->family);
		snprintf(common.table, sizeof(common.table), "%s", chain->table);
		snprintf(common.chain, sizeof(common.chain), "%s", chain->name);
		snprintf(common.hook, sizeof(common.hook), "%s", chain->hook);
		common.priority = chain->priority;
		for (i = 0; i < json_object_array_length(statements); i++)
			read_statement(match, objects, from,
				       json_object_array_get_idx(statements, i));
		add_records(rules, &common, match);
	}
	free(match);
}

static void follow_jumps(const struct list *chains, struct json_object *objects)
{
	struct json_object *rule;
	bool news = true;
	int times;
	size_t i;

	for (times = 0; news && times < JUMPS_MAX; times++) {
		news = false;
		for (i = 0; i < json_object_array_length(objects); i++)
			if (json_object_object_get_ex(json_object_array_get_idx(objects, i),
						      "rule", &rule))
				news |= follow_rule(chains, rule);
	}
}

static void read_ruleset(struct list *rules, struct json_object *objects)
{
	struct list chains = LIST_OF(struct chain);
	struct json_object *inner;
	size_t i;

	for (i = 0; i < json_object_array_length(objects); i++)
		if (json_object_object_get_ex(json_object_array_get_idx(objects, i), "chain",
					      &inner))
			add_chain(&chains, inner);
	follow_jumps(&chains, objects);
	for (i = 0; i < json_object_array_length(objects); i++)
		if (json_object_object_get_ex(json_object_array_get_idx(objects, i), "rule",
					      &inner))
			read_rule(rules, &chains, objects, inner);
	list_free(&chains);
}

int doctor_parse_nft(struct list *rules, const char *text)
{
	struct json_object *root = json_tokener_parse(text), *objects;
	int ret = -1;

	if (root && json_object_object_get_ex(root, "nftables", &objects) &&
	    json_object_is_type(objects, json_type_array)) {
		read_ruleset(rules, objects);
		ret = 0;
	}
	json_object_put(root);
	return ret;
}

/* Set where a chain of an iptables table is met. What leads to a user's chain is not known,
 * so it is taken for the table's first hook.
 */
static void set_hook(struct doctor_rule *rule)
{
	static const struct {
		const char *chain, *hook;
	} chains[] = {
		{ "INPUT", "input" }, { "FORWARD", "forward" }, { "OUTPUT", "output" },
		{ "POSTROUTING", "postrouting" }, { "PREROUTING", "prerouting" },
	};
	const char *hook = strcmp(rule->table, "filter") ? "prerouting" : "input";
	size_t i;

	for (i = 0; i < sizeof(chains) / sizeof(*chains); i++)
		if (!strcmp(rule->chain, chains[i].chain))
			hook = chains[i].hook;
	snprintf(rule->hook, sizeof(rule->hook), "%s", hook);
	rule->priority = !strcmp(rule->table, "raw") ? NF_IP_PRI_RAW :
			 !strcmp(rule->table, "mangle") ? NF_IP_PRI_MANGLE :
			 !strcmp(rule->table, "nat") ? NF_IP_PRI_NAT_DST : NF_IP_PRI_FILTER;
}

static void read_ports(struct match *match, char *word)
{
	char *colon = strchr(word, ':');

	add_ports(match, atoi(word), atoi(colon ? colon + 1 : word));
}

static void read_destination(struct match *match, const char *word)
{
	struct dsr_prefix prefix;
	struct dsr_error err;

	if (!addr_parse_prefix(word, &prefix, &err))
		match->to[match->n_to++] = prefix;
}

/* Read the words behind "-A CHAIN". */
static void read_words(struct match *match, char *words)
{
	char *save, *word = strtok_r(words, " ", &save), *value;
	bool negated = false;

	for (; word; word = strtok_r(NULL, " ", &save)) {
		if (!strcmp(word, "!")) {
			negated = true;
			continue;
		}
		if (word[0] != '-') {
			negated = false;
			continue;
		}
		value = strtok_r(NULL, " ", &save);
		if (!value)
			break;
		if (!strcmp(word, "-d") && negated)
			match->is_other = true;
		else if (!strcmp(word, "-d"))
			read_destination(match, value);
		else if (!strcmp(word, "-p") && !negated)
			read_protocol(match, value);
		else if (!strcmp(word, "--dport") && !negated)
			read_ports(match, value);
		else if (!strcmp(word, "-j") || !strcmp(word, "-g"))
			match->acts = strcmp(value, "ACCEPT") && strcmp(value, "LOG") &&
				      strcmp(value, "RETURN");
		negated = false;
	}
}

/* Count the rules of each chain: the number selects the rule to delete. Rules of a chain
 * follow one another.
 */
static void read_line(struct list *rules, struct doctor_rule *common, char *line)
{
	struct match *match = error_check_alloc(calloc(1, sizeof(*match)));
	char *chain = line + 3, *words = strchr(chain, ' ');

	if (words)
		*words++ = '\0';
	if (strcmp(common->chain, chain)) {
		snprintf(common->chain, sizeof(common->chain), "%s", chain);
		common->handle = 0;
	}
	common->handle++;
	set_hook(common);
	if (words)
		read_words(match, words);
	add_records(rules, common, match);
	free(match);
}

void doctor_parse_iptables(struct list *rules, const char *family, char *text)
{
	struct doctor_rule common = { 0 };
	char *save, *line = strtok_r(text, "\n", &save);

	snprintf(common.family, sizeof(common.family), "legacy-%s", family);
	for (; line; line = strtok_r(NULL, "\n", &save)) {
		if (line[0] == '*') {
			snprintf(common.table, sizeof(common.table), "%s", line + 1);
			common.chain[0] = '\0';
		} else if (!strncmp(line, "-A ", 3)) {
			read_line(rules, &common, line);
		}
	}
}

/* The first addresses and ports of a line are those of the first packet. */
int doctor_parse_tracked(struct doctor_tracked *tracked, const char *line)
{
	const char *dst = strstr(line, " dst="), *port = strstr(line, " dport=");
	unsigned int protocol;
	char addr[64];
	struct dsr_error err;

	*tracked = (struct doctor_tracked){ 0 };
	if (!dst || !port || sscanf(line, "%*s %*u %*s %u", &protocol) != 1 ||
	    sscanf(dst, " dst=%63s", addr) != 1 || addr_parse(addr, &tracked->addr, &err))
		return -1;
	tracked->protocol = protocol;
	tracked->port = atoi(port + strlen(" dport="));
	return 0;
}

static int parse_hex_addr(char *text, struct doctor_ipvs *server)
{
	unsigned int addr, port;
	char *end = strchr(text, ']');
	struct dsr_error err;

	if (text[0] == '[' && end) {
		*end = '\0';
		server->port = strtoul(end + 2, NULL, 16);
		return addr_parse(text + 1, &server->addr, &err);
	}
	if (sscanf(text, "%8x:%4x", &addr, &port) != 2)
		return -1;
	addr = htonl(addr);
	server->addr.family = AF_INET;
	memcpy(server->addr.bytes, &addr, sizeof(addr));
	server->port = port;
	return 0;
}

/* Lines of virtual servers begin with the protocol, those of real servers with "->". */
void doctor_parse_ipvs(struct list *ipvs, char *text)
{
	char *save, *line = strtok_r(text, "\n", &save);
	char kind[8], where[64];

	for (; line; line = strtok_r(NULL, "\n", &save)) {
		struct doctor_ipvs server = { 0 };

		if (sscanf(line, "%7s %63s", kind, where) != 2)
			continue;
		if (!strcmp(kind, "FWM"))
			server.mark = strtoul(where, NULL, 16);
		else if (!strcmp(kind, "TCP"))
			server.protocol = IPPROTO_TCP;
		else if (!strcmp(kind, "UDP"))
			server.protocol = IPPROTO_UDP;
		else if (!strcmp(kind, "SCTP"))
			server.protocol = IPPROTO_SCTP;
		else
			continue;
		if (!server.mark && parse_hex_addr(where, &server))
			continue;
		*(struct doctor_ipvs *)list_new(ipvs) = server;
	}
}
