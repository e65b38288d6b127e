// SPDX-License-Identifier: GPL-2.0
/*
 * nf_dsr_ipvs: the netlink family and the /proc files of IPVS, see ipvs.h. Registration
 * and removal.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/module.h>
#include <linux/notifier.h>

#include "../netlink.h"
#include "ipvs.h"

static int __net_init dsr_ipvs_net_init(struct net *net)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(net);

	ipvs->dn = dsr_net(net);
	ipvs->timeouts = dsr_ipvs_timeouts_default;
	mutex_init(&ipvs->reading);
	return dsr_ipvs_estimator_init(ipvs);
}

/* The family and the files are gone, or all sockets and users of the namespace. Only
 * deferred requests and the estimator may still run.
 */
static void __net_exit dsr_ipvs_net_exit(struct net *net)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(net);

	dsr_nl_defer_flush(ipvs->dn);
	dsr_ipvs_estimator_exit(ipvs);
	dsr_ipvs_attach_exit(ipvs);
}

static struct pernet_operations dsr_ipvs_net_ops = {
	.init	= dsr_ipvs_net_init,
	.exit	= dsr_ipvs_net_exit,
	.id	= &dsr_ipvs_net_id,
	.size	= sizeof(struct dsr_ipvs_net),
};

static int __net_init dsr_ipvs_proc_net_init(struct net *net)
{
	int err = dsr_ipvs_proc_init(net);

	if (err)
		return err;
	err = dsr_ipvs_proc_conn_init(net);
	if (err)
		dsr_ipvs_proc_exit(net);
	return err;
}

static void __net_exit dsr_ipvs_proc_net_exit(struct net *net)
{
	dsr_ipvs_proc_conn_exit(net);
	dsr_ipvs_proc_exit(net);
}

static struct pernet_operations dsr_ipvs_proc_ops = {
	.init	= dsr_ipvs_proc_net_init,
	.exit	= dsr_ipvs_proc_net_exit,
};

/* Unlike IPVS, a container may use the family: CAP_NET_ADMIN over the user namespace of
 * its network namespace is enough. Checks are as lenient as in IPVS, whose programs rely
 * on that.
 */
#define DSR_IPVS_OP(id, ...) {					\
	.cmd = IPVS_CMD_##id,					\
	.validate = GENL_DONT_VALIDATE_STRICT | GENL_DONT_VALIDATE_DUMP, \
	.flags = GENL_UNS_ADMIN_PERM,				\
	__VA_ARGS__						\
}

static const struct genl_small_ops dsr_ipvs_ops[] = {
	DSR_IPVS_OP(NEW_SERVICE, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(SET_SERVICE, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(DEL_SERVICE, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(GET_SERVICE, .doit = dsr_ipvs_get_doit,
		    .dumpit = dsr_ipvs_dump_services),
	DSR_IPVS_OP(NEW_DEST, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(SET_DEST, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(DEL_DEST, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(GET_DEST, .dumpit = dsr_ipvs_dump_dests),
	DSR_IPVS_OP(NEW_DAEMON, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(DEL_DAEMON, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(GET_DAEMON, .dumpit = dsr_ipvs_dump_daemons),
	DSR_IPVS_OP(SET_CONFIG, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(GET_CONFIG, .doit = dsr_ipvs_get_doit),
	DSR_IPVS_OP(GET_INFO, .doit = dsr_ipvs_get_doit),
	DSR_IPVS_OP(ZERO, .doit = dsr_ipvs_doit),
	DSR_IPVS_OP(FLUSH, .doit = dsr_ipvs_doit),
};

static struct genl_family dsr_ipvs_family __ro_after_init = {
	.name		= IPVS_GENL_NAME,
	.version	= IPVS_GENL_VERSION,
	.maxattr	= IPVS_CMD_ATTR_MAX,
	.policy		= dsr_ipvs_policy,
	.netnsok	= true,
	.parallel_ops	= true,	/* dsr_net.lock is all that is needed */
	.module		= THIS_MODULE,
	.pre_doit	= dsr_ipvs_pre_doit,
	.post_doit	= dsr_ipvs_post_doit,
	.small_ops	= dsr_ipvs_ops,
	.n_small_ops	= ARRAY_SIZE(dsr_ipvs_ops),
	.resv_start_op	= IPVS_CMD_FLUSH + 1,
};

/* Where one of the two modules is loaded, the other is refused with EBUSY: modprobe takes
 * EEXIST for the success of a module that is loaded already.
 *
 * ip_vs would register its files in /proc/net before its family, and the kernel warns of a
 * name that is there already. So it is refused before that.
 */
static int dsr_ipvs_module_event(struct notifier_block *block, unsigned long event,
				 void *data)
{
	const struct module *module = data;

	if (event != MODULE_STATE_COMING || strcmp(module->name, "ip_vs"))
		return NOTIFY_DONE;
	pr_err("ip_vs is refused while nf_dsr_ipvs has its place: unload nf_dsr_ipvs first\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block dsr_ipvs_module_notifier = {
	.notifier_call = dsr_ipvs_module_event,
};

/* The family is registered before the files, so that nothing is created where ip_vs has
 * both.
 */
static int __init dsr_ipvs_init(void)
{
	int err;

	err = register_pernet_subsys(&dsr_ipvs_net_ops);
	if (err)
		return err;
	dsr_ipvs_answer_init(&dsr_ipvs_family);
	err = genl_register_family(&dsr_ipvs_family);
	if (err == -EEXIST) {
		pr_err("ip_vs is loaded, and has the netlink family IPVS: unload ip_vs first\n");
		err = -EBUSY;
	}
	if (err)
		goto err_net;
	err = register_module_notifier(&dsr_ipvs_module_notifier);
	if (err)
		goto err_family;
	err = register_pernet_subsys(&dsr_ipvs_proc_ops);
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_module_notifier(&dsr_ipvs_module_notifier);
err_family:
	genl_unregister_family(&dsr_ipvs_family);
err_net:
	unregister_pernet_subsys(&dsr_ipvs_net_ops);
	return err;
}

static void __exit dsr_ipvs_exit(void)
{
	unregister_pernet_subsys(&dsr_ipvs_proc_ops);
	unregister_module_notifier(&dsr_ipvs_module_notifier);
	genl_unregister_family(&dsr_ipvs_family);
	unregister_pernet_subsys(&dsr_ipvs_net_ops);
}

module_init(dsr_ipvs_init);
module_exit(dsr_ipvs_exit);

/* There is no alias for the family: the kernel would load this module for any program that
 * looks for the family, before the program loads ip_vs.
 */
DSR_IMPORT();
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The nf_dsr authors");
MODULE_DESCRIPTION("The interface of IPVS to nf_dsr, for ipvsadm and keepalived");
MODULE_VERSION(NF_DSR_VERSION);
