// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keywords whose values are described by a field of the model: a number or one of some
 * words.
 */
#include "grammar.h"
#include "keyword.h"

static const char *const gre_key_words[] = { "none", NULL };

const struct dsr_keyword keyword_hash = {
	"hash", { { .choices = names_hash } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_table_size = {
	"table-size", { { .form = "251..131071" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_on_delete = {
	"on-delete", { { .choices = names_on_delete } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_no_backend = {
	"no-backend", { { .choices = names_no_backend } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_unmatched = {
	"unmatched", { { .choices = names_unmatched } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_min_active = {
	"min-active", { { .form = "1..65535" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_slow_start = {
	"slow-start", { { .form = "SECONDS" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_persist = {
	"persist", { { .form = "SECONDS" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_persist_prefix4 = {
	"persist-prefix4", { { .form = "1..32" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_persist_prefix6 = {
	"persist-prefix6", { { .form = "1..128" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_one_packet = {
	"one-packet", { { .choices = model_off_on } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_health = {
	"health", { { .choices = names_health } }, .fields = model_backend_fields
};

const struct dsr_keyword keyword_drain_timeout = {
	"drain-timeout", { { .form = "SECONDS" } }, .fields = model_backend_fields
};

const struct dsr_keyword keyword_priority = {
	"priority", { { .form = "0..255" } }, .fields = model_backend_fields
};

const struct dsr_keyword keyword_max_flows = {
	"max-flows", { { .form = "NUMBER" } }, .fields = model_backend_fields
};

const struct dsr_keyword keyword_min_flows = {
	"min-flows", { { .form = "NUMBER" } }, .fields = model_backend_fields
};

const struct dsr_keyword keyword_outer_port = {
	"outer-port", { { .form = "1..65535" } }, .fields = model_header_fields
};

const struct dsr_keyword keyword_outer_checksum = {
	"outer-checksum", { { .choices = names_outer_checksum } }, .fields = model_header_fields
};

const struct dsr_keyword keyword_gue_variant = {
	"gue-variant", { { .choices = model_gue_variants } }, .fields = model_header_fields
};

const struct dsr_keyword keyword_gre_key = {
	"gre-key", { { gre_key_words, "0..4294967295" } }, .fields = model_header_fields
};

const struct dsr_keyword keyword_dscp = {
	"dscp", { { .form = "1..63" } }, .fields = model_service_fields
};

const struct dsr_keyword keyword_echo = {
	"echo", { { .choices = names_echo } }, .fields = model_service_fields
};
