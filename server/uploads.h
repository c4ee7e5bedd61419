/*
 * uploads.h - /files: files on their way here, by tus 1.0 (creation, expiration, termination,
 * checksum), which a phone takes up again where a weak network dropped it (R12).
 *
 *     OPTIONS /files            what is spoken here
 *     POST    /files            201, Location; Upload-Length, Upload-Metadata with filetype
 *     HEAD    /files/<upload>   how far it is
 *     PATCH   /files/<upload>   more of it: 204 with the new offset once the bytes are on the disk
 *     DELETE  /files/<upload>   ends it
 *
 * Who creates an upload, by the bearer token of GraphQL, is the only one to see it: for anybody
 * else, and after its day is over, it is absent. Mutation.keepPaper makes a paper of it, an
 * officer's scanPart, acceptAtCounter and attachResult the applicant's (R31); the worker looks at
 * it first (workers/papers.c). Who may create one is upload_create's to say
 * (functions/46_uploads.sql).
 *
 * Limits:  upload_bytes_max, upload_chunk_bytes_max. Costs UPLOAD_COST of the quota a request.
 * Fails:   400, 401, 403, 404, 405, 409 (another offset), 412 (another version of
 *          tus), 413, 415, 423 (another PATCH is under way), 429, 460 (checksum), 503, 507 (the
 * disk is full: nothing that was acknowledged is lost), each with the body of reply_refusal.
 */
#ifndef SERVER_UPLOADS_H
#define SERVER_UPLOADS_H

#include "app.h"

enum { UPLOAD_COST = 10 };

extern const char uploads_path[];      /* /files */
extern const char uploads_file_path[]; /* /files/: GET is a paper's (paper_download.h) */

/* data is the struct app. */
void uploads_handle(struct http_exchange *exchange, void *data);

#endif
