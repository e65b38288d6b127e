/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One record of each kind as fields of a listing; the keys are in dsrctl.8. */
#ifndef DSRCTL_PRINT_H
#define DSRCTL_PRINT_H

#include "model.h"
#include "out.h"

extern const struct out_column *const print_service_columns[];
extern const struct out_column *const print_backend_columns[];
extern const struct out_column *const print_flow_columns[];
extern const struct out_column *const print_device_columns[];
extern const struct out_column *const print_stats_columns[];
extern const struct out_column *const print_commit_columns[];
extern const struct out_column *const print_trace_columns[];

/* What names a service, in JSON. */
void print_key_fields(struct out *out, const struct dsr_key *key);

/* Of the configuration that an event is about, where the listing shows events. */
void print_generation(struct out *out, __u32 generation);

/* With an event where the listing shows it. */
void print_service(struct out *out, const struct dsr_service *service, const char *event);
void print_backend(struct out *out, const struct dsr_backend *backend, const char *event);
void print_flow(struct out *out, const struct dsr_flow *flow);
void print_device(struct out *out, const struct dsr_device *device, const char *event);
void print_stats(struct out *out, const struct dsr_stats *stats);
void print_commit(struct out *out, const struct dsr_commit *commit, const char *event);
void print_trace(struct out *out, const struct dsr_trace *trace);

#endif
