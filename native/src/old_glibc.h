#pragma once
// Include first where pthread_create and pthread_attr_setstacksize are called; why: old_glibc.cc.

#include <features.h>

#if defined(__GLIBC__) && !defined(MEMGLASS_SANITIZE)
#if defined(__x86_64__)
#define MEMGLASS_OLD_GLIBC "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define MEMGLASS_OLD_GLIBC "GLIBC_2.17"
#endif
#endif

#ifdef MEMGLASS_OLD_GLIBC
__asm__(".symver pthread_create,pthread_create@" MEMGLASS_OLD_GLIBC);
__asm__(".symver pthread_attr_setstacksize,pthread_attr_setstacksize@" MEMGLASS_OLD_GLIBC);
#endif
