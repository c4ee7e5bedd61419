/*
 * reference_load.h - keeps the process's reference data fresh: at start, when a table changes
 * (channel `reference`), after a gap of the listener, and each hour (a version may begin today).
 *
 * While there is none yet, it is tried again each second.
 */
#ifndef SERVER_REFERENCE_LOAD_H
#define SERVER_REFERENCE_LOAD_H

#include "app.h"

/* tried is called once, later: the first load has ended, well or badly, and never while the process
 * drains. */
void reference_load_start(struct app *app, void (*tried)(struct app *app));
/* Soon: several changes at once are one load. */
void reference_load_again(struct app *app);
void reference_load_stop(struct app *app);

#endif
