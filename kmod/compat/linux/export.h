/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What nf_dsr exports is in the namespace NF_DSR, for nf_dsr_ipvs. Since Linux 6.13 the
 * name of a namespace is a string.
 */
#ifndef _DSR_COMPAT_LINUX_EXPORT_H
#define _DSR_COMPAT_LINUX_EXPORT_H

#include_next <linux/export.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define DSR_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, NF_DSR)
#define DSR_IMPORT()		MODULE_IMPORT_NS(NF_DSR)
#else
#define DSR_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, "NF_DSR")
#define DSR_IMPORT()		MODULE_IMPORT_NS("NF_DSR")
#endif

#endif /* _DSR_COMPAT_LINUX_EXPORT_H */
