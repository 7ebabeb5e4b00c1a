/*
 * resolve.c -- asks getaddrinfo(), for names on a thread of its own. The thread
 * owns the answer until it posts the task; then it is the loop's.
 */
#include "client/resolve.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Fills the addresses by FLAGS; false when there is none. */
static bool look_up(struct kith_resolve *resolve, int flags)
{
	struct addrinfo hints = {
		.ai_flags = flags | AI_NUMERICSERV,
		.ai_family = resolve->url.is_ipv6 ? AF_INET6 : AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *list = NULL;
	char port[12];

	resolve->count = 0;
	snprintf(port, sizeof(port), "%d", resolve->url.port);
	if (getaddrinfo(resolve->url.host, port, &hints, &list) != 0) {
		return false;
	}
	for (struct addrinfo *at = list; at != NULL && resolve->count < KITH_RESOLVE_MAX;
	     at = at->ai_next) {
		union kith_address *address = &resolve->addresses[resolve->count];

		if ((at->ai_family != AF_INET && at->ai_family != AF_INET6) ||
		    at->ai_addrlen > sizeof(*address)) {
			continue;
		}
		memset(address, 0, sizeof(*address));
		memcpy(address, at->ai_addr, at->ai_addrlen);
		resolve->count++;
	}
	freeaddrinfo(list);
	return resolve->count > 0;
}

static void *look_up_thread(void *context)
{
	struct kith_resolve *resolve = context;

	look_up(resolve, 0);
	kith_loop_post(resolve->loop, &resolve->task);
	return NULL;
}

static void run_done(struct kith_task *task)
{
	struct kith_resolve *resolve = KITH_CONTAINER(task, struct kith_resolve, task);

	kith_resolve_done(resolve);
	resolve->on_done(resolve);
}

void kith_resolve_init(struct kith_resolve *resolve, struct kith_loop *loop,
                       void (*on_done)(struct kith_resolve *resolve))
{
	*resolve = (struct kith_resolve){
		.loop = loop,
		.task = { .run = run_done },
		.on_done = on_done,
	};
}

void kith_resolve_done(struct kith_resolve *resolve)
{
	if (resolve->is_running) {
		pthread_join(resolve->thread, NULL);
	}
	resolve->is_running = false;
}

enum kith_rc kith_resolve_start(struct kith_resolve *resolve, const struct kith_url *url)
{
	KITH_ASSERT(!resolve->is_running);
	resolve->url = *url;
	if (look_up(resolve, AI_NUMERICHOST)) {
		kith_loop_post(resolve->loop, &resolve->task);
		return KITH_OK;
	}
	if (pthread_create(&resolve->thread, NULL, look_up_thread, resolve) != 0) {
		return KITH_E_IO;
	}
	resolve->is_running = true;
	return KITH_OK;
}
