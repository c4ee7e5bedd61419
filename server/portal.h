/*
 * portal.h - POST /portal/messages: what the national portal hands in (portal_message.h), by a key
 * of a partner of kind PORTAL with the scope portal.exchange.
 *
 *     {"error_code": "0", "message": "", "result": [
 *         {"MaHoSo": ..., "error_code": "0", "MaBienNhan": a receipt, "TrangThai": "APPLIED",
 * "LyDo": null}]}
 *
 * A result for each record, in order. TrangThai QUARANTINED: it is kept, and LyDo says why it is
 * not applied yet; DISMISSED: it never will be, an officer has settled it otherwise.
 * GiayToNgoaiYeuCau lists the papers of a supplement that answer nothing asked for; they are kept.
 * error_code "1", with a message: it does not fit its shape and was not kept; then
 * the whole answer's is "1" too. A record is its own transaction: whoever has no answer sends all
 * again, and has the same receipts. What is wrong with the request as a whole is answered as
 * {"error_code": "BAD_USER_INPUT", "message": ...} with an HTTP status of 400 or more.
 *
 * Limits:  those of portal_message.h, body_bytes_max. A record costs PORTAL_COST of the quota.
 */
#ifndef SERVER_PORTAL_H
#define SERVER_PORTAL_H

#include "http/http.h"

enum { PORTAL_COST = 10 };

extern const char portal_path[];

void portal_handle(struct http_exchange *exchange, void *data); /* struct app */

#endif
