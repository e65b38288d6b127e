/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DSR_ARRAY_H
#define _DSR_ARRAY_H

/* Return an array of zeros, which is freed with the test. */
static void *array_alloc(struct kunit *test, size_t n, size_t size)
{
	void *array = kunit_kcalloc(test, n, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, array);
	return array;
}

#endif /* _DSR_ARRAY_H */
