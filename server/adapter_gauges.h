/*
 * adapter_gauges.h - how far other state systems lag behind, as gauges of /metrics: asked of the
 * database by one process of a server, since all would say the same.
 *
 * Life:    from adapter_gauges_new to closed.
 * Limits:  asked every ADAPTER_GAUGES_MS; a figure that cannot be read keeps its last value.
 */
#ifndef SERVER_ADAPTER_GAUGES_H
#define SERVER_ADAPTER_GAUGES_H

enum { ADAPTER_GAUGES_MS = 5000 };

struct app;
struct adapter_gauges;

struct adapter_gauges *adapter_gauges_new(struct app *app);

/* gauges may be NULL. closed comes once, when nothing is asked any more. */
void adapter_gauges_close(struct adapter_gauges *gauges, void (*closed)(void *data), void *data);

#endif
