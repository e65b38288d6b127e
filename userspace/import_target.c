// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The services that an import makes. Words of the other program's configuration go through the
 * grammar of dsrctl, so what it refuses is refused here, with the same text.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "grammar.h"
#include "import.h"
#include "import_block.h"
#include "lvs.h"

/* Give a line the text of an error, and its hint. */
static void refuse_error(struct import *in, size_t line, const struct dsr_error *err)
{
	if (err->hint[0])
		import_refused(in, line, "%s; %s", err->text, err->hint);
	else
		import_refused(in, line, "%s", err->text);
}

struct import_service *import_service_at(const struct import *in, size_t i)
{
	return *(struct import_service *const *)list_at(&in->services, i);
}

struct import_backend *import_backend_at(const struct import_service *service, size_t i)
{
	return (struct import_backend *)list_at(&service->backends, i);
}

/* The kernel accepts such addresses only, of VIPs and of backends. */
static bool is_unicast(const struct dsr_addr *addr)
{
	static const __u8 zeros[15];
	const __u8 *bytes = addr->bytes;

	if (addr->family == AF_INET)
		return bytes[0] && bytes[0] != 127 && (bytes[0] & 0xf0) != 0xe0 &&
		       memcmp(bytes, "\xff\xff\xff\xff", 4);
	return bytes[0] != 0xff && (bytes[0] != 0xfe || (bytes[1] & 0xc0) != 0x80) &&
	       (memcmp(bytes, zeros, sizeof(zeros)) || bytes[15] > 1);
}

/* Return true if packets to the address are packets of the service. */
static bool is_vip(const struct dsr_key *key, const struct dsr_addr *addr)
{
	unsigned int bit;

	if (key->by_mark || key->addr.family != addr->family)
		return false;
	for (bit = 0; bit < key->prefix_len; bit++)
		if ((key->addr.bytes[bit / 8] ^ addr->bytes[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

/* Return why an address cannot be that of a backend, or NULL. */
static const char *why_not(const struct dsr_key *key, const struct dsr_addr *addr)
{
	if (!is_unicast(addr))
		return "expected a unicast address, neither loopback nor link-local; "
		       "the director itself has an address of its own and \"method local\"";
	if (is_vip(key, addr))
		return "it is the VIP itself; give the server's own address";
	return NULL;
}

static bool parse_key(struct import *in, const char *protocol, const char *vip, size_t line,
		      struct dsr_key *key)
{
	struct dsr_args args = { 0 };
	struct dsr_error err = { 0 };

	if (grammar_operands[0].parse(&args, protocol, &err) ||
	    grammar_operands[1].parse(&args, vip, &err)) {
		refuse_error(in, line, &err);
		return false;
	}
	if (!args.key.by_mark && args.key.prefix_len && !is_unicast(&args.key.addr)) {
		import_refused(in, line,
			       "VIP %s: expected a unicast address, neither loopback nor link-local",
			       vip);
		return false;
	}
	*key = args.key;
	return true;
}

/* Find a service. It is mostly the last one. */
static struct import_service *lookup(const struct import *in, const struct dsr_key *key)
{
	size_t i;

	for (i = in->services.n; i--;)
		if (!config_compare_keys(&import_service_at(in, i)->key, key))
			return import_service_at(in, i);
	return NULL;
}

struct import_service *import_service(struct import *in, const char *protocol, const char *vip,
				      size_t line)
{
	struct import_service *service;
	struct dsr_key key;

	if (!parse_key(in, protocol, vip, line, &key))
		return NULL;
	service = lookup(in, &key);
	if (service) {
		import_refused(in, line, "service %s %s is given twice: the first time in line %u",
			       protocol, vip, import_line(in, service->line)->number);
		return NULL;
	}
	service = error_check_alloc(calloc(1, sizeof(*service)));
	*service = (struct import_service){
		.key = key, .line = line, .backends = LIST_OF(struct import_backend),
	};
	*(struct import_service **)list_new(&in->services) = service;
	return service;
}

struct import_service *import_find(struct import *in, const char *protocol, const char *vip,
				   size_t line)
{
	struct import_service *service;
	struct dsr_key key;

	if (!parse_key(in, protocol, vip, line, &key))
		return NULL;
	service = lookup(in, &key);
	if (!service)
		import_refused(in, line, "there is no service %s %s before this line", protocol,
			       vip);
	return service;
}

struct import_backend *import_backend(struct import *in, struct import_service *service,
				      const char *address, size_t line)
{
	struct import_backend *backend;
	struct dsr_args args = { 0 };
	struct dsr_error err = { 0 };
	const char *why;
	size_t i;

	if (grammar_operands[2].parse(&args, address, &err)) {
		service->refused++;
		refuse_error(in, line, &err);
		return NULL;
	}
	why = why_not(&service->key, &args.addr);
	if (why) {
		service->refused++;
		import_refused(in, line, "server %s: %s", address, why);
		return NULL;
	}
	for (i = 0; i < service->backends.n; i++) {
		if (!addr_equal(&import_backend_at(service, i)->addr, &args.addr))
			continue;
		import_refused(in, line,
			       "backend %s is given twice: the first time in line %u", address,
			       import_line(in, import_backend_at(service, i)->line)->number);
		return NULL;
	}
	backend = list_new(&service->backends);
	*backend = (struct import_backend){ .addr = args.addr, .weight = 1, .line = line };
	return backend;
}

static const struct dsr_keyword *find_keyword(enum conf_object object, const char *name,
					      const char *second)
{
	const struct dsr_keyword *keyword;
	int i;

	for (i = 0; (keyword = grammar_option_keyword(object, i)); i++)
		if (!strcmp(keyword->name, name) &&
		    (!second || model_find(keyword->values[0].choices, second) >= 0))
			return keyword;
	return NULL;
}

static void set(struct import *in, enum conf_object object, const struct dsr_key *key,
		struct dsr_conf *conf, const char *const *words, size_t line)
{
	const struct dsr_keyword *keyword = find_keyword(object, words[0], words[2] ? words[1] :
							 NULL);
	struct dsr_args args = { .conf = *conf };
	struct dsr_error err = { 0 };

	if (key)
		args.key = *key;
	if (keyword && grammar_parse_values(keyword, &args, words + 1, &err))
		refuse_error(in, line, &err);
	else if (keyword)
		*conf = args.conf;
}

void import_set(struct import *in, struct import_service *service, const char *keyword,
		const char *value, size_t line)
{
	set(in, CONF_SERVICE, &service->key, &service->conf,
	    (const char *const []){ keyword, value, NULL }, line);
}

void import_set_second(struct import *in, struct import_service *service, const char *keyword,
		       const char *second, const char *value, size_t line)
{
	set(in, CONF_SERVICE, &service->key, &service->conf,
	    (const char *const []){ keyword, second, value }, line);
}

void import_set_backend(struct import *in, struct import_backend *backend, const char *keyword,
			const char *value, size_t line)
{
	set(in, CONF_BACKEND, NULL, &backend->conf,
	    (const char *const []){ keyword, value, NULL }, line);
}

/* Return true if a service of the same lines has a server. */
static bool has_sibling(const struct import *in, const struct import_service *service)
{
	size_t i;

	for (i = 0; i < in->services.n; i++)
		if (import_service_at(in, i)->node == service->node &&
		    import_service_at(in, i)->backends.n)
			return true;
	return false;
}

/* A service without backends would take packets away from whoever serves them now. */
static bool is_lost(struct import *in, const struct import_service *service)
{
	char kind[16], text[ADDR_TEXT];

	if (service->backends.n || !service->refused)
		return false;
	import_refused(in, service->line,
		       "service %s %s: none of its servers can be translated, so it is left out",
		       model_key_kind(&service->key, kind, sizeof(kind)),
		       addr_format_key(&service->key, text, sizeof(text)));
	if (service->node && !has_sibling(in, service))
		node_mark(in, service->node, IMPORT_REFUSED);
	return true;
}

/* Make the largest weight fit, and keep the proportions. */
static void scale_weights(struct import *in, struct import_service *service)
{
	struct import_backend *backend;
	__u64 largest = 0, weight;
	char text[24];
	size_t i;

	for (i = 0; i < service->backends.n; i++)
		if (import_backend_at(service, i)->weight > largest)
			largest = import_backend_at(service, i)->weight;
	for (i = 0; i < service->backends.n; i++) {
		backend = import_backend_at(service, i);
		weight = backend->weight;
		if (largest > NF_DSR_WEIGHT_MAX && weight) {
			weight = weight * NF_DSR_WEIGHT_MAX / largest ?: 1;
			import_approximated(in, backend->line,
					    "weight %llu becomes %llu: all weights of the service are divided by %llu, because the largest possible is %d",
					    (unsigned long long)backend->weight,
					    (unsigned long long)weight,
					    (unsigned long long)largest / NF_DSR_WEIGHT_MAX,
					    NF_DSR_WEIGHT_MAX);
		}
		snprintf(text, sizeof(text), "%llu", (unsigned long long)weight);
		if (weight != 1)
			import_set_backend(in, backend, "weight", text, backend->line);
	}
}

/* Return true if all backends have the same value of an option, which the service lacks. */
static bool is_common(const struct import_service *service, const struct conf_option *option)
{
	const struct dsr_conf *first;
	size_t i;

	if (!option->service || !option->backend || !service->backends.n ||
	    !conf_is_whole(CONF_BACKEND, option) || service->conf.set & conf_bit(option))
		return false;
	first = &import_backend_at(service, 0)->conf;
	if (!(first->set & conf_bit(option)))
		return false;
	for (i = 1; i < service->backends.n; i++)
		if (!conf_equal(CONF_BACKEND, option, first,
				&import_backend_at(service, i)->conf))
			return false;
	return true;
}

/* Give the service what all its backends have, so that they inherit it. */
static void raise_options(struct import_service *service)
{
	const struct conf_option *option;
	size_t i;

	for (option = conf_options; option->name; option++) {
		if (!is_common(service, option))
			continue;
		conf_copy(&service->conf, &import_backend_at(service, 0)->conf, option);
		for (i = 0; i < service->backends.n; i++)
			import_backend_at(service, i)->conf.set &= ~conf_bits_of(option);
	}
}

/* Copy a name, with '-' for each character that a name cannot have. */
static void copy_name(char *to, const char *from)
{
	char *dot;
	size_t n = 0;

	for (; *from && n < CONFIG_NAME_MAX; from++)
		if (isalnum((unsigned char)*from))
			to[n++] = *from;
		else if (n)
			to[n++] = strchr("._-", *from) ? *from : '-';
	to[n] = '\0';
	dot = config_is_address(to) ? strchr(to, '.') : NULL;
	if (dot)
		*dot = '-';
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Give names that are there twice a number. @names are buffers of CONFIG_NAME_MAX + 1. */
static void number_names(char **names, size_t n)
{
	size_t i, count = 1, length;
	char first[CONFIG_NAME_MAX + 1];
	char suffix[24];

	qsort(names, n, sizeof(*names), compare_names);
	for (i = 0; i < n; i++) {
		if (!i || !*names[i] || strcmp(first, names[i])) {
			memcpy(first, names[i], sizeof(first));
			count = 1;
			continue;
		}
		snprintf(suffix, sizeof(suffix), "-%zu", ++count);
		length = strlen(names[i]);
		if (length > CONFIG_NAME_MAX - strlen(suffix))
			length = CONFIG_NAME_MAX - strlen(suffix);
		memcpy(names[i] + length, suffix, strlen(suffix) + 1);
	}
}

/* Make names different. A number may make a name that another one has, so look again. */
static void make_unique(char **names, size_t n)
{
	size_t i, twice = 1, rounds;

	for (rounds = 0; twice && rounds < 8; rounds++) {
		number_names(names, n);
		qsort(names, n, sizeof(*names), compare_names);
		for (i = 1, twice = 0; i < n; i++)
			twice += *names[i] && !strcmp(names[i - 1], names[i]);
	}
	for (i = 1; twice && i < n; i++)
		if (!strcmp(names[i - 1], names[i]))
			names[i - 1][0] = '\0';
}

static void add_backends(struct config *config, const struct import_service *from,
			 struct config_service *service)
{
	char **names = error_check_alloc(calloc(from->backends.n + 1, sizeof(*names)));
	const struct import_backend *backend;
	struct config_backend *to;
	size_t i;

	service->first_backend = config->backends.n;
	service->n_backends = from->backends.n;
	for (i = 0; i < from->backends.n; i++) {
		backend = import_backend_at(from, i);
		to = list_new(&config->backends);
		*to = (struct config_backend){ .addr = backend->addr, .conf = backend->conf };
		copy_name(to->name, backend->name);
	}
	for (i = 0; i < from->backends.n; i++)
		names[i] = config_backend(config, service->first_backend + i)->name;
	make_unique(names, from->backends.n);
	free(names);
}

static void add_services(struct import *in, struct config *config)
{
	struct config_service *service;
	struct import_service *from;
	size_t i;

	for (i = 0; i < in->services.n; i++) {
		from = import_service_at(in, i);
		if (is_lost(in, from))
			continue;
		scale_weights(in, from);
		raise_options(from);
		service = list_new(&config->services);
		*service = (struct config_service){ .key = from->key, .conf = from->conf };
		copy_name(service->name, from->name);
		copy_name(service->pool, from->pool);
		add_backends(config, from, service);
	}
}

static bool have_same_backends(const struct config *config, const struct config_service *a,
			       const struct config_service *b)
{
	const struct config_backend *left, *right;
	const struct conf_option *option;
	size_t i;

	for (i = 0; i < a->n_backends && a->n_backends == b->n_backends; i++) {
		left = config_backend(config, a->first_backend + i);
		right = config_backend(config, b->first_backend + i);
		if (!addr_equal(&left->addr, &right->addr) || strcmp(left->name, right->name))
			return false;
		for (option = conf_options; option->name; option++)
			if (conf_is_whole(CONF_BACKEND, option) &&
			    !conf_equal(CONF_BACKEND, option, &left->conf, &right->conf))
				return false;
	}
	return a->n_backends == b->n_backends;
}

static int compare_pools(const void *a, const void *b)
{
	const struct config_service *left = *(const struct config_service *const *)a;
	const struct config_service *right = *(const struct config_service *const *)b;

	return strcmp(left->pool, right->pool) ?: (left > right) - (left < right);
}

/* Leave pools only where several services have the same backends. */
static void check_pools(struct config *config)
{
	struct config_service **sorted, *first = NULL;
	size_t i, users = 0;

	sorted = error_check_alloc(calloc(config->services.n + 1, sizeof(*sorted)));
	for (i = 0; i < config->services.n; i++)
		sorted[i] = config_service(config, i);
	qsort(sorted, config->services.n, sizeof(*sorted), compare_pools);
	for (i = 0; i <= config->services.n; i++) {
		if (first && sorted[i] && !strcmp(first->pool, sorted[i]->pool)) {
			if (have_same_backends(config, first, sorted[i]))
				users++;
			else
				sorted[i]->pool[0] = '\0';
			continue;
		}
		if (first && users == 1)
			first->pool[0] = '\0';
		first = sorted[i];
		users = 1;
	}
	free(sorted);
}

static void name_services(struct config *config)
{
	char **names = error_check_alloc(calloc(config->services.n + 1, sizeof(*names)));
	size_t i;

	for (i = 0; i < config->services.n; i++)
		names[i] = config_service(config, i)->name;
	make_unique(names, config->services.n);
	free(names);
}

void import_finish(struct import *in, struct config *config)
{
	add_services(in, config);
	name_services(config);
	check_pools(config);
	config->compact = true;
}

int import_run(struct import *in, import_fn importer, const char *path, struct config *config,
	       struct dsr_error *err)
{
	int ret = importer(in, path, err);

	config_init(config);
	if (!ret)
		import_finish(in, config);
	return ret;
}
