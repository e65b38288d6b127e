// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_clock.h"
#include "unit.h"

#define SECOND 1000000000ULL

static struct {
	__u64 now;
	__u64 late;
	unsigned int times;
	void (*waited)(unsigned int times);
} fake = { .now = SECOND };

void fake_clock_start(__u64 late, void (*waited)(unsigned int times))
{
	fake.now = SECOND;
	fake.late = late;
	fake.times = 0;
	fake.waited = waited;
}

__u64 clock_now(void)
{
	return fake.now;
}

void clock_wait_until(__u64 time)
{
	assert_true(time > fake.now);
	fake.now = time + fake.late;
	if (fake.waited)
		fake.waited(++fake.times);
}

const char *clock_format(enum clock_form form, char *text, size_t size)
{
	static const char *const texts[] = {
		[CLOCK_ISO] = FAKE_TIME,
		[CLOCK_SHORT] = "2026-11-29T12:00:01.234567",
		[CLOCK_LONG] = "Sun Nov 29 12:00:01 2026 234567 usec",
	};

	snprintf(text, size, "%s", texts[form]);
	return text;
}
