/*
 * buf.h - bytes that grow at the end, to a limit decided at birth.
 *
 * Life:    buf_init to buf_done. buf_str is a view until the next append.
 * Order:   appends return nothing; the first failure sticks and later appends are ignored.
 * Limits:  bytes_max.
 * Fails:   buf_status: MC_LIMIT once an append would have passed bytes_max.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    char *data;
    size_t size;
    size_t capacity;
    size_t bytes_max;
    bool over;
};

void buf_init(struct buf *buf, size_t bytes_max);
void buf_done(struct buf *buf);

/* Forgets the bytes and the failure, keeps the memory. */
void buf_reset(struct buf *buf);

void buf_add_i64(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As buf_room, where there is not room enough yet. */
char *buf_grow(struct buf *buf, size_t size);

/* Room for size bytes to write directly; NULL when over the limit. Follow with buf_advance. */
static inline char *buf_room(struct buf *buf, size_t size)
{
    if (size > buf->capacity - buf->size || buf->over) return buf_grow(buf, size);
    return buf->data + buf->size;
}

void buf_advance(struct buf *buf, size_t size);

static inline void buf_add(struct buf *buf, struct str bytes)
{
    char *room;

#ifdef __clang_analyzer__ /* it does not see that an absent text is empty */
    if (bytes.data == NULL) return;
#endif
    if (bytes.size == 0) return;
    room = buf_room(buf, bytes.size);
    if (room == NULL) return;
    memcpy(room, bytes.data, bytes.size);
    buf->size += bytes.size;
}

static inline void buf_add_char(struct buf *buf, char c)
{
    char *room = buf_room(buf, 1);

    if (room == NULL) return;
    *room = c;
    buf->size++;
}

/* Cuts back to an earlier size; used to take back what turned out to be null. */
void buf_truncate(struct buf *buf, size_t size);

/* Drops bytes from the front. */
void buf_consume(struct buf *buf, size_t size);

static inline struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->data == NULL ? "" : buf->data, buf->size };
}

enum status buf_status(const struct buf *buf);

#endif
