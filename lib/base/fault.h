/*
 * fault.h - points where a test can make the world fail.
 *
 * MOTCUA_FAULTS="db.send:3,redis.read:1" makes the third pass of db.send and the first of
 * redis.read fail, once each ("name:3+" from the third on). Built in only where MOTCUA_FAULTS is
 * defined by the build (preset dev); elsewhere MC_FAULT is false and costs nothing.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

#ifdef MOTCUA_FAULTS
#define MC_FAULT(name) fault_hit(name)
#else
#define MC_FAULT(name) false
#endif

/* A point at which a test can end the process, as kill -9 would there. */
#define MC_DEATH(name) ((void)(MC_FAULT(name) && fault_die()))

/* True when this pass of the named point is to fail. */
bool fault_hit(const char *name);

/* Does not return. */
bool fault_die(void);

/* Sets the plan by hand (unit tests); NULL reads the environment again. Counters start at zero. */
void fault_plan(const char *plan);

#endif
