// SPDX-License-Identifier: GPL-2.0
/*
 * Access to the state of a network namespace, and the pin that keeps the module
 * loaded, see net.h.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <net/netns/generic.h>

#include "net.h"

unsigned int dsr_net_id __read_mostly;

struct dsr_net *dsr_net(const struct net *net)
{
	return net_generic(net, dsr_net_id);
}

static DEFINE_MUTEX(dsr_pin_lock);	/* protects all below; taken under dsr_net.lock */
static unsigned int dsr_pin_users;
static bool dsr_pin_held;
static bool dsr_pin = true;

/* Take or release the module reference as required. Return false if a reference is
 * required but the module is being unloaded already.
 */
static bool dsr_pin_update(void)
{
	bool wanted = dsr_pin && dsr_pin_users;

	lockdep_assert_held(&dsr_pin_lock);
	if (wanted && !dsr_pin_held)
		dsr_pin_held = try_module_get(THIS_MODULE);
	else if (!wanted && dsr_pin_held)
		module_put(THIS_MODULE);
	dsr_pin_held = dsr_pin_held && wanted;
	return dsr_pin_held == wanted;
}

bool dsr_pin_get(void)
{
	bool done;

	mutex_lock(&dsr_pin_lock);
	dsr_pin_users++;
	done = dsr_pin_update();
	if (!done)
		dsr_pin_users--;
	mutex_unlock(&dsr_pin_lock);
	return done;
}

void dsr_pin_put(void)
{
	mutex_lock(&dsr_pin_lock);
	dsr_pin_users--;
	dsr_pin_update();
	mutex_unlock(&dsr_pin_lock);
}

static int dsr_pin_set(const char *text, const struct kernel_param *param)
{
	int err;

	mutex_lock(&dsr_pin_lock);
	err = param_set_bool(text, param);
	if (!err && !dsr_pin_update())
		err = -EBUSY;
	mutex_unlock(&dsr_pin_lock);
	return err;
}

static const struct kernel_param_ops dsr_pin_ops = {
	.set	= dsr_pin_set,
	.get	= param_get_bool,
};

module_param_cb(pin, &dsr_pin_ops, &dsr_pin, 0644);
MODULE_PARM_DESC(pin, "Refuse to be unloaded while any network namespace has services (default Y)");
