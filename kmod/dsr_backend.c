// SPDX-License-Identifier: GPL-2.0
/*
 * Backends come, change and go, see dsr_backend.h.
 */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "dsr_backend.h"
#include "dsr_net.h"
#include "dsr_path.h"
#include "dsr_pool.h"

const struct dsr_backend_conf dsr_backend_conf_default = {
	.state = NF_DSR_BACKEND_STATE_ACTIVE,
	.weight = 1,
};

struct dsr_backend *dsr_backend_find(const struct dsr_service *svc,
				     const struct dsr_backend_key *key)
{
	struct dsr_backend *backend;

	list_for_each_entry(backend, &svc->backends, list) {
		if (backend->key.family == key->family &&
		    dsr_addr_eq(&backend->key.addr, &key->addr))
			return backend;
	}
	return NULL;
}

int dsr_backend_check(const struct dsr_service *svc,
		      const struct dsr_fwd *defaults,
		      const struct dsr_backend_key *key,
		      const struct dsr_fwd *fwd,
		      struct netlink_ext_ack *extack)
{
	struct dsr_fwd all = *defaults;
	bool same_family = key->family == svc->key.family;

	dsr_fwd_merge(&all, fwd);
	if (same_family && dsr_key_covers(&svc->key, &key->addr)) {
		NL_SET_ERR_MSG(extack,
			       "backend is the VIP itself: give the server's own address");
		return -EINVAL;
	}
	if (all.method == NF_DSR_METHOD_L2 && !same_family) {
		NL_SET_ERR_MSG(extack,
			       "method l2 needs a backend of the service's family");
		return -EINVAL;
	}
	if (all.method != NF_DSR_METHOD_L2 && !same_family &&
	    all.outer_source == NF_DSR_OUTER_SOURCE_CLIENT) {
		NL_SET_ERR_MSG(extack,
			       "outer-source client needs a backend of the service's family");
		return -EINVAL;
	}
	if (all.method != NF_DSR_METHOD_L2 &&
	    all.outer_source == NF_DSR_OUTER_SOURCE_ADDRESS &&
	    !(all.set & (key->family == AF_INET ? DSR_FWD_OUTER_ADDR4 :
						  DSR_FWD_OUTER_ADDR6))) {
		NL_SET_ERR_MSG(extack,
			       "outer-source address needs an address of the backend's family");
		return -EINVAL;
	}
	return dsr_path_check(svc, key, &all, extack);
}

void dsr_backend_update_fwd(struct dsr_backend *backend)
{
	struct dsr_fwd fwd = backend->svc->conf.fwd;

	dsr_fwd_merge(&fwd, &backend->conf.fwd);
	spin_lock_bh(&backend->lock);
	backend->fwd = fwd;
	spin_unlock_bh(&backend->lock);
	dsr_path_drop(backend);
}

static struct dsr_backend *dsr_backend_new(struct dsr_service *svc,
					   const struct dsr_backend_key *key,
					   const struct dsr_backend_conf *conf)
{
	struct dsr_backend *backend;

	backend = kzalloc(sizeof(*backend), GFP_KERNEL_ACCOUNT);
	if (!backend)
		return NULL;
	backend->stats = dsr_stats_alloc();
	if (!backend->stats) {
		kfree(backend);
		return NULL;
	}
	spin_lock_init(&backend->lock);
	backend->svc = svc;
	backend->key = *key;
	backend->conf = *conf;
	backend->state = conf->state;
	dsr_backend_update_fwd(backend);
	return backend;
}

void dsr_backend_free(struct dsr_backend *backend)
{
	dsr_path_drop(backend);
	free_percpu(backend->stats);
	kfree(backend);
}

/* Swap in the pool of the backends as they are listed now. */
static int dsr_backend_publish(struct dsr_service *svc)
{
	struct dsr_pool *pool = dsr_pool_build(svc, &svc->conf);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	dsr_pool_publish(svc, pool);
	return 0;
}

int dsr_backend_add(struct dsr_service *svc, const struct dsr_backend_key *key,
		    const struct dsr_backend_conf *conf,
		    struct netlink_ext_ack *extack)
{
	struct dsr_backend *backend;
	int err;

	if (svc->nr_backends >= NF_DSR_BACKENDS_MAX) {
		NL_SET_ERR_MSG(extack,
			       "service has as many backends as it can have");
		return -ENOSPC;
	}
	err = dsr_backend_check(svc, &svc->conf.fwd, key, &conf->fwd, extack);
	if (err)
		return err;
	backend = dsr_backend_new(svc, key, conf);
	if (!backend)
		return -ENOMEM;
	list_add_tail(&backend->list, &svc->backends);
	svc->nr_backends++;
	err = dsr_backend_publish(svc);
	if (err) {
		list_del(&backend->list);
		svc->nr_backends--;
		dsr_backend_free(backend);
	}
	return err;
}

int dsr_backend_change(struct dsr_backend *backend,
		       const struct dsr_backend_conf *conf,
		       struct netlink_ext_ack *extack)
{
	struct dsr_backend_conf old = backend->conf;
	struct dsr_service *svc = backend->svc;
	int err;

	err = dsr_backend_check(svc, &svc->conf.fwd, &backend->key, &conf->fwd,
				extack);
	if (err)
		return err;
	backend->conf = *conf;
	if (conf->weight != old.weight || conf->state != old.state) {
		err = dsr_backend_publish(svc);
		if (err) {
			backend->conf = old;
			return err;
		}
	}
	WRITE_ONCE(backend->state, conf->state);
	dsr_backend_update_fwd(backend);
	return 0;
}

void dsr_backend_bury(struct dsr_backend *backend)
{
	struct dsr_service *svc = backend->svc;

	WRITE_ONCE(backend->state, DSR_BACKEND_DEAD);
	dsr_path_drop(backend);
	dsr_stats_sum(backend->stats, &svc->gone);
	svc->gone.gone = svc->gone.flows;	/* the reaper ends them all */
	svc->nr_backends--;
	list_move_tail(&backend->list, &svc->dn->dead_backends);
}

int dsr_backend_del(struct dsr_backend *backend)
{
	struct list_head *place = backend->list.prev;
	struct dsr_service *svc = backend->svc;
	int err;

	list_del(&backend->list);
	err = dsr_backend_publish(svc);
	list_add(&backend->list, place);
	if (err)
		return err;
	dsr_backend_bury(backend);
	queue_work(system_unbound_wq, &svc->dn->reaper);
	return 0;
}
