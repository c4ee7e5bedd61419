/*
 * fcm_token.h - the bearer token of a service account (RFC 7523), fetched when needed, one fetch at
 * a time, renewed five minutes before it ends.
 *
 * Life:    from new to free; free only when its client is closed (no fetch is under way then).
 * Fails:   new: MC_NOT_FOUND (no such file), MC_BAD_INPUT (not a service account).
 */
#ifndef WORKERS_CHANNELS_FCM_TOKEN_H
#define WORKERS_CHANNELS_FCM_TOKEN_H

#include "channels/channel.h"

struct fcm_token;

enum status fcm_token_new(const struct channel_host *host, struct fcm_token **ret_token);
void fcm_token_free(struct fcm_token *token);

/* "Bearer …". MC_BUSY while there is none; host->changed says when there is. */
enum status fcm_token_header(struct fcm_token *token, struct str *ret_header);

/* The provider did not take it: the next one who asks makes a new one, unless this one is new. */
void fcm_token_refused(struct fcm_token *token);

struct str fcm_token_project(const struct fcm_token *token);

#endif
