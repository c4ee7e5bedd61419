# uses.cmake - from a short name in USES to something to link.

find_package(PkgConfig REQUIRED)

set(mc_package_libuv libuv)
set(mc_package_libpq libpq)
set(mc_package_hiredis hiredis)
set(mc_package_libjwt libjwt)
set(mc_package_jansson jansson)
set(mc_package_nghttp2 libnghttp2)
set(mc_package_openssl openssl)
set(mc_package_curl libcurl)
set(mc_package_re2 re2)
set(mc_package_zlib zlib)
set(mc_package_brotli libbrotlienc)
set(mc_package_cmocka cmocka)

function(mc_link target scope)
    foreach(use IN LISTS ARGN)
        if(use STREQUAL "h2o")
            mc_find_h2o()
            target_link_libraries(${target} ${scope} h2o::h2o)
        elseif(DEFINED mc_package_${use})
            if(NOT TARGET PkgConfig::${use})
                pkg_check_modules(${use} REQUIRED IMPORTED_TARGET GLOBAL QUIET ${mc_package_${use}})
            endif()
            target_link_libraries(${target} ${scope} PkgConfig::${use})
        elseif(TARGET ${use})
            target_link_libraries(${target} ${scope} ${use})
        else()
            message(FATAL_ERROR "${target} USES ${use}: neither one of our targets nor a known "
                                "library (tools/cmake/uses.cmake)")
        endif()
    endforeach()
endfunction()

# libh2o is ours: Debian's source with our patches. The script keeps a stamp of version, patches
# and compiler, so that calling it at every configure costs nothing when they are unchanged. Where
# we look for memory errors, libh2o is looked at too.
function(mc_find_h2o)
    if(TARGET h2o::h2o)
        return()
    endif()
    set(place "${CMAKE_SOURCE_DIR}/.cache/h2o/install")
    set(how CC=cc H2O_SANITIZE=0)
    if(MOTCUA_SANITIZE MATCHES "address")
        cmake_path(GET CMAKE_C_COMPILER FILENAME compiler)
        string(APPEND place "-asan-${compiler}")
        set(how "CC=${CMAKE_C_COMPILER}" H2O_SANITIZE=1)
    endif()
    if(MOTCUA_H2O_DIR)
        set(place "${MOTCUA_H2O_DIR}")
    endif()
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env ${how} "${CMAKE_SOURCE_DIR}/tools/h2o/build.sh" "${place}"
        RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "tools/h2o/build.sh ${place} failed (see above)")
    endif()
    add_library(h2o::h2o STATIC IMPORTED GLOBAL)
    set_target_properties(h2o::h2o PROPERTIES
        IMPORTED_LOCATION "${place}/lib/libh2o.a"
        INTERFACE_INCLUDE_DIRECTORIES "${place}/include"
        INTERFACE_COMPILE_DEFINITIONS "H2O_USE_LIBUV=1")
    mc_link(h2o::h2o INTERFACE libuv openssl zlib)
    # wslay's own package has no pkg-config file in Debian.
    target_link_libraries(h2o::h2o INTERFACE wslay m pthread)
    file(GLOB patches CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tools/h2o/patches/*.patch")
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 "${CMAKE_SOURCE_DIR}/tools/h2o/build.sh" ${patches})
endfunction()
