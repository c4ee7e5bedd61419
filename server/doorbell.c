#include "doorbell.h"

#include "base/memory.h"
#include "server_sql.h"

enum { RING_TIMEOUT_MS = 2000, RING_ARENA_BYTES = 64 * 1024 };

struct doorbell {
    uv_timer_t timer;
    struct db_pool *pool;
    struct arena arena;
    struct db_group group;
    struct db_ask ask;
    bool ringing, rung_again, closing, timer_closed;
};

static void free_when_done(struct doorbell *doorbell)
{
    if (!doorbell->timer_closed || doorbell->ringing) return;
    arena_done(&doorbell->arena);
    mem_free(doorbell);
}

static void on_rung(struct db_group *group)
{
    struct doorbell *doorbell = group->data;

    doorbell->ringing = false;
    if (doorbell->rung_again && !doorbell->closing) doorbell_ring(doorbell);
    free_when_done(doorbell);
}

static void on_timer(uv_timer_t *timer)
{
    struct doorbell *doorbell = timer->data;

    doorbell->rung_again = false;
    arena_reset(&doorbell->arena);
    db_ask_init(&doorbell->ask, SQL_RING_DOORBELL, &doorbell->arena);
    db_group_init(&doorbell->group, RING_TIMEOUT_MS, on_rung, doorbell);
    db_group_add(&doorbell->group, &doorbell->ask);
    doorbell->ringing = db_pool_send(doorbell->pool, &doorbell->group) == MC_OK;
}

struct doorbell *doorbell_new(uv_loop_t *loop, struct db_pool *pool)
{
    struct doorbell *doorbell = MEM_NEW(struct doorbell);

    doorbell->pool = pool;
    arena_init(&doorbell->arena, RING_ARENA_BYTES);
    MC_ASSERT(uv_timer_init(loop, &doorbell->timer) == 0);
    doorbell->timer.data = doorbell;
    return doorbell;
}

void doorbell_ring(struct doorbell *doorbell)
{
    if (doorbell->closing) return;
    if (doorbell->ringing) {
        doorbell->rung_again = true;
        return;
    }
    if (!uv_is_active((uv_handle_t *)&doorbell->timer))
        uv_timer_start(&doorbell->timer, on_timer, DOORBELL_MS, 0);
}

static void on_closed(uv_handle_t *handle)
{
    struct doorbell *doorbell = handle->data;

    doorbell->timer_closed = true;
    free_when_done(doorbell);
}

void doorbell_close(struct doorbell *doorbell)
{
    doorbell->closing = true;
    uv_close((uv_handle_t *)&doorbell->timer, on_closed);
}
