/*
 * health.h - what balancers and monitors ask: /healthz, /readyz, /metrics.
 *
 * /healthz: 200 while the process turns. /readyz: 200 when PostgreSQL and Redis answer and the
 * reference data is loaded, else 503, with the state of each as JSON. /metrics: Prometheus text,
 * all children together.
 */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include "app.h"

void healthz_handle(struct http_exchange *exchange, void *data);
void readyz_handle(struct http_exchange *exchange, void *data);
void metrics_handle(struct http_exchange *exchange, void *data);

#endif
