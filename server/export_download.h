/*
 * export_download.h - GET /exports/<id>: a copy of the viewer's own data (bản sao dữ liệu cá nhân),
 * as the worker has made it. The access token says whose; anybody else's copy is as one that is not
 * there.
 *
 * Fails:   401 without a good token, 404 (unknown, another's, not ready, forgotten), 405, 503, each
 * with the body of reply_refusal.
 */
#ifndef SERVER_EXPORT_DOWNLOAD_H
#define SERVER_EXPORT_DOWNLOAD_H

#include "http/http.h"

/* data is the struct app. */
void export_download_handle(struct http_exchange *exchange, void *data);

#endif
