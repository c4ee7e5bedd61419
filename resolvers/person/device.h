/*
 * device.h - Mutation.registerDevice and removeDevice.
 */
#ifndef RESOLVERS_DEVICE_H
#define RESOLVERS_DEVICE_H

#include "mutation.h"

extern const struct mutation_kind register_device, remove_device;

#endif
