#!/bin/sh
# build.sh PRESET: configures when needed and builds build/PRESET.
. "$(dirname -- "$0")/common.sh"

preset=$1
one_at_a_time "build-$preset"
cd "$root"
if [ ! -f "build/$preset/build.ninja" ]; then
    step "cmake --preset $preset (builds libh2o when it is not there)"
    cmake --preset "$preset" >"$base/configure.log" 2>&1 || {
        tail -n 25 "$base/configure.log" >&2
        die "CMake could not configure the preset $preset (whole log: $base/configure.log)"
    }
fi
step "cmake --build --preset $preset"
NINJA_STATUS="       [%f/%t] " cmake --build --preset "$preset" >&2 ||
    die "the build of the preset $preset failed: see the compiler's words above"
