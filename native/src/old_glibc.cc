// One binary for distributions back to glibc 2.28 (the oldest that VS Code's own server runs on), built on a
// new one: what glibc 2.32 and 2.34 gave a new version is bound to the old version, which every glibc still
// has.

#include <features.h>

#if defined(__GLIBC__) && !defined(MEMGLASS_SANITIZE)

// libstdc++'s headers ask this (since glibc 2.32) whether locks can be skipped. Never: Node has threads.
extern "C" __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;

#endif
