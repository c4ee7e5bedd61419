#include "base/buf.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>

void buf_init(struct buf *buf, size_t bytes_max)
{
    *buf = (struct buf){ .bytes_max = bytes_max };
}

void buf_done(struct buf *buf)
{
    mem_free(buf->data);
    *buf = (struct buf){ 0 };
}

void buf_reset(struct buf *buf)
{
    buf->size = 0;
    buf->over = false;
}

char *buf_grow(struct buf *buf, size_t size)
{
    if (buf->over) return NULL;
    if (size > buf->bytes_max - buf->size) {
        buf->over = true;
        return NULL;
    }
    if (size > buf->capacity - buf->size) {
        size_t capacity = buf->capacity == 0 ? 256 : buf->capacity * 2;

        if (capacity < buf->size + size) capacity = buf->size + size;
        if (capacity > buf->bytes_max) capacity = buf->bytes_max;
        buf->data = mem_realloc(buf->data, capacity);
        buf->capacity = capacity;
    }
    return buf->data + buf->size;
}

void buf_advance(struct buf *buf, size_t size)
{
    MC_ASSERT(size <= buf->capacity - buf->size);
    buf->size += size;
}

void buf_add_i64(struct buf *buf, int64_t value)
{
    char room[I64_BYTES_MAX];

    buf_add(buf, str_from_i64(value, room));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments;
    char text[1024];
    int size;

    va_start(arguments, format);
    size = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    MC_ASSERT(size >= 0);
    if ((size_t)size < sizeof(text)) {
        buf_add(buf, (struct str){ text, (size_t)size });
        return;
    }
    char *room = buf_room(buf, (size_t)size + 1);

    if (room == NULL) return;
    va_start(arguments, format);
    (void)vsnprintf(room, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buf->size += (size_t)size;
}

void buf_truncate(struct buf *buf, size_t size)
{
    MC_ASSERT(size <= buf->size);
    buf->size = size;
}

void buf_consume(struct buf *buf, size_t size)
{
    MC_ASSERT(size <= buf->size);
    if (size == 0) return;
    memmove(buf->data, buf->data + size, buf->size - size);
    buf->size -= size;
}

enum status buf_status(const struct buf *buf)
{
    return buf->over ? MC_LIMIT : MC_OK;
}
