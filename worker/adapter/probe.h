/* probe.h - /livez, /readyz and /metrics over HTTP.
 *
 * Alive: the loop turns. Ready: what the wiring's callback says; its reasons are the body of
 * a 503, and stand before "ready" in that of a 200. Metrics: Prometheus text. Everything is
 * bounded: connections, bytes, seconds.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_PROBE_H
#define ADAPTER_PROBE_H

#include "common/log.h"
#include "common/metric.h"
#include "common/note.h"
#include "worker/adapter/loop.h"

struct probe;

/* True when ready; else appends its reasons, one a line ("source: not in the group"). What is
 * amiss and no reason not to be ready may be appended too. */
typedef bool probe_ready_fn(void *owner, struct buf *reasons);

/* More metrics in the text exposition format. ERR_FULL, ERR_NOMEM. */
typedef enum err probe_metrics_fn(void *owner, struct buf *buf);

/* Borrowed until the probe is destroyed, `listen` until create returns. */
struct probe_options {
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct str listen; /* "127.0.0.1:9464", "[::1]:9464", ":9464" (all); port 0: a free one */
    probe_ready_fn *is_ready;
    probe_metrics_fn *add_metrics; /* may be NULL */
    void *owner;
};

/* ERR_CONFIG: `listen` is no address, or not one of this machine. ERR_UNAVAILABLE: it is
 * taken. ERR_NOMEM. */
MUST_USE enum err probe_create(const struct probe_options *options, struct probe **ret_probe,
                               struct note *note);
void probe_destroy(struct probe *probe); /* closes what is open; accepts NULL */

int probe_port(const struct probe *probe);

#endif
