/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The status page: HTML that needs no script and has no style of its own, so that the policy for
 * its contents (CSP) is strict. The style sheet and the script are resources of their own.
 *
 * The overview lists services, PAGE_SERVICES at a time, with their backends as long as all are at
 * most PAGE_INLINE. So its size has a bound, however many there are. Names that are long, and
 * services that had many ups and downs, make it larger, see tests/unit/page_test.c.
 */
#ifndef DSRD_PAGE_H
#define DSRD_PAGE_H

#include "dsrd/view.h"
#include "text.h"

#define PAGE_SERVICES 50
#define PAGE_INLINE 60
#define PAGE_BACKENDS 100
#define PAGE_LOG 100
#define PAGE_FINDINGS 30

/* The pages count from 1. One that does not exist is the last one. */
void page_overview(struct text *text, const struct view *view, unsigned int number);
void page_service(struct text *text, const struct view *view, const struct view_service *service,
		  unsigned int number);
void page_log(struct text *text, const struct view *view, unsigned int number);
void page_not_found(struct text *text, const struct view *view);

/* Write all that there is to show as an object of JSON; without backends if @services. */
void page_json(struct text *text, const struct view *view, bool services);

/* For the parts of a page: */

/* The part of a list that a page has. */
struct page_range {
	unsigned int number;		/* of the page, from 1 */
	unsigned int pages;
	size_t first;
	size_t end;			/* the first that it does not have */
};

struct page_range page_range(size_t n, size_t size, unsigned int number);
/* Write links to the pages around this one. The query ends where a number can follow. */
void page_links(struct text *text, const struct page_range *range, const char *path,
		const char *match);

/* Begin a table with these titles, of which the last one is NULL, and end it. */
void page_begin_table(struct text *text, const char *kind, const char *const *titles);
void page_end_table(struct text *text);

/* A state in words, with a sign, so that colour is never all. */
void page_state(struct text *text, const char *kind, const char *sign, const char *words);
void page_service_state(struct text *text, enum service_state state);
/* The last hour of a service as a strip. */
void page_strip(struct text *text, const struct view *view, const struct view_service *service);
/* A rate, in a cell of a table. */
void page_rate(struct text *text, const char *title, double rate);

/* Write the titles of a table of backends, and its rows from the first to before the end. */
void page_backends(struct text *text, const struct view *view, const struct view_service *service,
		   size_t first, size_t end);
void page_hour(struct text *text, const struct view *view, const struct view_service *service);

#endif
