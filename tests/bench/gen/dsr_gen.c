// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's source of packets: it passes frames to the stack, as a driver does in
 * its poll function, and measures how long the stack takes.
 *
 * A line written to /sys/kernel/debug/dsr_gen starts a run, with packets that arrive on
 * a device of the writer's network namespace:
 *
 *	DEVICE 4|6 udp|ack|syn each|random FIRST FLOWS SERVICES PACKETS
 *
 * "each" sends packets of FLOWS flows in turn, beginning with flow FIRST; "random"
 * selects one of the same flows at random for each packet. Flow N belongs to service
 * N % SERVICES.
 *
 * Reading the same open file returns the times of its last run, in nanoseconds, as
 * 64-bit numbers in host byte order: the time of the reference work, which is always the
 * same, then alternately the time of GEN_SLICE packets and that of the work again. The
 * last slice may be shorter. If the work took longer than its shortest time, other
 * programs were on this processor, and the packets took longer, too.
 *
 * The line "settle" waits until all other namespaces and their resources are gone.
 *
 * Clients have ascending addresses in 11.0.0.0/8 or 2001:db8:11::/48, VIPs in
 * 20.0.0.0/16 or 2001:db8:20::/64. Services have port 80.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/net_namespace.h>

/* As many packets as a driver may receive in one poll. */
#define GEN_BURST	64
#define GEN_FRAME	60

/* Packets that are timed together. */
#define GEN_SLICE	1024
#define GEN_PACKETS_MAX	(1024 * 1024 * GEN_SLICE)

/**
 * struct gen_run - a run and its progress
 * @dev: device that the frames arrive on
 * @family: 4 or 6
 * @udp: send UDP, else TCP
 * @syn: TCP packets have SYN, else ACK
 * @random: select flows in random order
 * @first: number of the first flow
 * @flows: number of flows
 * @services: number of services
 * @packets: number of packets to send
 * @next: number of packets sent
 * @seed: state of the random order, which continues from run to run
 */
struct gen_run {
	struct net_device *dev;
	u32 family;
	bool udp;
	bool syn;
	bool random;
	u32 first;
	u32 flows;
	u32 services;
	u32 packets;
	u32 next;
	u64 seed;
};

/**
 * struct gen_file - an open file
 * @lock: protects the other members, and serializes runs
 * @times: times of the last run
 * @nr: number of times
 * @seed: seed for the next run
 */
struct gen_file {
	struct mutex lock;	/* all other members */
	u64 *times;
	u32 nr;
	u64 seed;
};

static struct dentry *gen_dentry;

static u32 gen_flow(struct gen_run *run)
{
	if (!run->random)
		return run->first + run->next % run->flows;
	run->seed ^= run->seed << 13;
	run->seed ^= run->seed >> 7;
	run->seed ^= run->seed << 17;
	return run->first + (u32)((run->seed >> 32) * run->flows >> 32);
}

static void gen_ipv4(struct sk_buff *skb, const struct gen_run *run, u32 flow)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = 5;
	iph->tot_len = htons(sizeof(*iph) + (run->udp ? sizeof(struct udphdr) :
						sizeof(struct tcphdr)));
	iph->frag_off = htons(IP_DF);
	iph->ttl = 64;
	iph->protocol = run->udp ? IPPROTO_UDP : IPPROTO_TCP;
	iph->saddr = htonl(0x0b000001 + (flow >> 4));
	iph->daddr = htonl(0x14000000 + flow % run->services);
	iph->check = ip_fast_csum(iph, iph->ihl);
}

static void gen_ipv6(struct sk_buff *skb, const struct gen_run *run, u32 flow)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	ip6h->version = 6;
	ip6h->nexthdr = run->udp ? IPPROTO_UDP : IPPROTO_TCP;
	ip6h->hop_limit = 64;
	ip6h->payload_len = htons(run->udp ? sizeof(struct udphdr) :
					     sizeof(struct tcphdr));
	ip6h->saddr.s6_addr32[0] = htonl(0x20010db8);
	ip6h->saddr.s6_addr32[1] = htonl(0x00110000);
	ip6h->saddr.s6_addr32[3] = htonl(1 + (flow >> 4));
	ip6h->daddr.s6_addr32[0] = htonl(0x20010db8);
	ip6h->daddr.s6_addr32[1] = htonl(0x00200000);
	ip6h->daddr.s6_addr32[3] = htonl(flow % run->services);
}

static void gen_transport(struct sk_buff *skb, const struct gen_run *run,
			  u32 flow)
{
	__be16 source = htons(1024 + (flow & 15) * 3001), dest = htons(80);
	struct tcphdr *th;
	struct udphdr *uh;

	if (run->udp) {
		uh = skb_put_zero(skb, sizeof(*uh));
		uh->source = source;
		uh->dest = dest;
		uh->len = htons(skb->len - (run->family == 4 ? 34 : 54));
		return;
	}
	th = skb_put_zero(skb, sizeof(*th));
	th->source = source;
	th->dest = dest;
	th->doff = sizeof(*th) / 4;
	th->window = htons(512);
	th->syn = run->syn;
	th->ack = !run->syn;
}

/* Send a packet of the next flow. TCP and UDP have no checksum: the packet is marked as
 * checked by the hardware. Return false if there is no memory. Context: BHs disabled.
 */
static bool gen_packet(struct gen_run *run)
{
	u32 flow = gen_flow(run);
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = netdev_alloc_skb_ip_align(run->dev, 128);
	if (!skb)
		return false;
	eth = skb_put_zero(skb, sizeof(*eth));
	ether_addr_copy(eth->h_dest, run->dev->dev_addr);
	eth->h_source[0] = 2;
	eth->h_proto = htons(run->family == 4 ? ETH_P_IP : ETH_P_IPV6);
	if (run->family == 4)
		gen_ipv4(skb, run, flow);
	else
		gen_ipv6(skb, run, flow);
	gen_transport(skb, run, flow);
	if (skb->len < GEN_FRAME)
		skb_put_zero(skb, GEN_FRAME - skb->len);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = eth_type_trans(skb, run->dev);
	netif_receive_skb(skb);
	return true;
}

static bool gen_burst(struct gen_run *run, u32 end)
{
	bool ok = true;

	end = min(run->next + GEN_BURST, end);
	local_bh_disable();
	for (; run->next < end && ok; run->next++)
		ok = gen_packet(run);
	local_bh_enable();
	return ok;
}

/* Do the reference work, and return how long it took, in ns. As the work for packets
 * does, it allows several instructions at once; all its data is in the first-level cache.
 */
static u64 gen_work(void)
{
	const u64 factor = 0x9e3779b97f4a7c15;
	u64 begin = ktime_get_ns();
	u64 data[128] = {};
	unsigned int i;

	for (i = 0; i < 50000; i += 4) {
		data[i % 128] = (data[i % 128] ^ i) * factor;
		data[i % 128 + 1] = (data[i % 128 + 1] ^ i) * factor;
		data[i % 128 + 2] = (data[i % 128 + 2] ^ i) * factor;
		data[i % 128 + 3] = (data[i % 128 + 3] ^ i) * factor;
	}
	barrier_data(data);
	return ktime_get_ns() - begin;
}

static int gen_slice(struct gen_run *run, u64 *ns)
{
	u32 end = min(run->next + GEN_SLICE, run->packets);
	u64 begin = ktime_get_ns();

	while (run->next < end) {
		if (!gen_burst(run, end))
			return -ENOMEM;
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	*ns = ktime_get_ns() - begin;
	return 0;
}

static int gen_do(struct gen_file *gen, struct gen_run *run)
{
	u32 slices = DIV_ROUND_UP(run->packets, GEN_SLICE);
	int err = 0;

	kvfree(gen->times);
	gen->nr = 0;
	gen->times = kvcalloc(1 + 2 * slices, sizeof(u64), GFP_KERNEL);
	if (!gen->times)
		return -ENOMEM;
	run->seed = gen->seed;
	gen->times[gen->nr++] = gen_work();
	while (run->next < run->packets && !err) {
		err = gen_slice(run, &gen->times[gen->nr++]);
		gen->times[gen->nr++] = gen_work();
	}
	gen->seed = run->seed;
	return err;
}

static bool gen_alone(void)
{
	unsigned int nr = 0;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		nr++;
	up_read(&net_rwsem);
	return nr == 1;
}

/* Wait until all other namespaces and their resources are gone. A namespace leaves the
 * list when its cleanup begins; the barriers wait until the cleanup is complete.
 */
static int gen_settle(void)
{
	while (!gen_alone()) {
		if (msleep_interruptible(10))
			return -EINTR;
	}
	net_ns_barrier();
	rcu_barrier();
	return 0;
}

static int gen_parse(char *line, struct gen_run *run, char dev[IFNAMSIZ])
{
	char kind[8], order[8];

	if (sscanf(line, "%15s %u %7s %7s %u %u %u %u", dev, &run->family, kind,
		   order, &run->first, &run->flows, &run->services,
		   &run->packets) != 8)
		return -EINVAL;
	run->udp = !strcmp(kind, "udp");
	run->syn = !strcmp(kind, "syn");
	run->random = !strcmp(order, "random");
	if ((!run->udp && !run->syn && strcmp(kind, "ack")) ||
	    (!run->random && strcmp(order, "each")) || !run->flows ||
	    !run->services || run->packets > GEN_PACKETS_MAX ||
	    (run->family != 4 && run->family != 6))
		return -EINVAL;
	return 0;
}

static int gen_order(struct gen_file *gen, char *line)
{
	struct gen_run run = {};
	char dev[IFNAMSIZ];
	int err;

	if (!strcmp(line, "settle"))
		return gen_settle();
	err = gen_parse(line, &run, dev);
	if (err)
		return err;
	run.dev = dev_get_by_name(current->nsproxy->net_ns, dev);
	if (!run.dev)
		return -ENODEV;
	mutex_lock(&gen->lock);
	err = gen_do(gen, &run);
	mutex_unlock(&gen->lock);
	dev_put(run.dev);
	return err;
}

static ssize_t gen_write(struct file *file, const char __user *from,
			 size_t size, loff_t *pos)
{
	char *line;
	int err;

	line = memdup_user_nul(from, min_t(size_t, size, 128));
	if (IS_ERR(line))
		return PTR_ERR(line);
	err = gen_order(file->private_data, line);
	kfree(line);
	return err ?: size;
}

static ssize_t gen_read(struct file *file, char __user *to, size_t size,
			loff_t *pos)
{
	struct gen_file *gen = file->private_data;
	ssize_t ret;

	mutex_lock(&gen->lock);
	ret = simple_read_from_buffer(to, size, pos, gen->times,
				      gen->nr * sizeof(u64));
	mutex_unlock(&gen->lock);
	return ret;
}

static int gen_open(struct inode *inode, struct file *file)
{
	struct gen_file *gen = kzalloc(sizeof(*gen), GFP_KERNEL);

	if (!gen)
		return -ENOMEM;
	mutex_init(&gen->lock);
	gen->seed = 0x9e3779b97f4a7c15;
	file->private_data = gen;
	return 0;
}

static int gen_release(struct inode *inode, struct file *file)
{
	struct gen_file *gen = file->private_data;

	kvfree(gen->times);
	kfree(gen);
	return 0;
}

static const struct file_operations gen_ops = {
	.owner		= THIS_MODULE,
	.open		= gen_open,
	.write		= gen_write,
	.read		= gen_read,
	.release	= gen_release,
};

static int __init gen_init(void)
{
	gen_dentry = debugfs_create_file("dsr_gen", 0600, NULL, NULL, &gen_ops);
	return PTR_ERR_OR_ZERO(gen_dentry);
}

static void __exit gen_exit(void)
{
	debugfs_remove(gen_dentry);
}

module_init(gen_init);
module_exit(gen_exit);
MODULE_DESCRIPTION("Source of packets for the benchmark of nf_dsr");
MODULE_LICENSE("GPL");
