/*
 * app_services.h - fills app->services, and opens and closes the pools behind them.
 */
#ifndef SERVER_APP_SERVICES_H
#define SERVER_APP_SERVICES_H

#include "app.h"

void app_services_open(struct app *app);
/* closed is called once for each pool; gives their number. */
size_t app_services_close(struct app *app, void (*closed)(void *data));

#endif
