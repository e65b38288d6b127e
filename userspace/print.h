/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Print one record, with the event if the listing shows events. name is that of the
 * configuration file, or NULL.
 */
#ifndef DSRCTL_PRINT_H
#define DSRCTL_PRINT_H

#include "conf.h"
#include "model.h"
#include "out.h"

/* Return the columns of services or backends. */
const struct out_column *const *print_conf_columns(enum conf_object object);
extern const struct out_column *const print_flow_columns[];
extern const struct out_column *const print_device_columns[];
extern const struct out_column *const print_stats_columns[];
extern const struct out_column *const print_commit_columns[];
extern const struct out_column *const print_trace_columns[];

/* Print an address, or the word for a value. */
void print_addr(struct out *out, const char *key, const struct dsr_addr *addr);
void print_name(struct out *out, const char *key, const char *const *names, unsigned int value);

/* Print the fields that identify a service. */
void print_key_fields(struct out *out, const struct dsr_key *key);

/* Print the generation of the configuration, if the listing shows events. */
void print_generation(struct out *out, __u32 generation);

/* Print one record, with the event if the listing shows events. name is that of the
 * configuration file, or NULL.
 */
void print_service(struct out *out, const struct dsr_service *service, const char *event,
		   const char *name);
void print_backend(struct out *out, const struct dsr_backend *backend, const char *event,
		   const char *name);
void print_flow(struct out *out, const struct dsr_flow *flow);
void print_device(struct out *out, const struct dsr_device *device, const char *event);
void print_stats(struct out *out, const struct dsr_stats *stats);
void print_commit(struct out *out, const struct dsr_commit *commit, const char *event);
void print_trace(struct out *out, const struct dsr_trace *trace);

/* Print a list of struct config_change. */
struct dsrctl;
struct list;
void print_diff(const struct dsrctl *ctl, const struct list *changes);
void print_previews(const struct dsrctl *ctl, const struct list *previews,
		    const struct list *backends);

#endif
