// One binary for distributions back to glibc 2.28 (the oldest that VS Code's own server runs on), built on a
// new one. What glibc 2.32 to 2.36 gave a new version is called here by its old version, which every glibc
// still has; the linker
// (--wrap, in binding.gyp) sends the calls here, those inside the static libstdc++ and libgcc included. A
// test looks through the binary for what is newer than 2.28. Not for musl: memglass_old_glibc=0.

#include <pthread.h>
#include <semaphore.h>
#include <sys/random.h>

#include <cstdint>

#if defined(__x86_64__)
#define OLD "GLIBC_2.2.5"
#define OLD_CLOCKS "GLIBC_2.3.3"
#elif defined(__aarch64__)
#define OLD "GLIBC_2.17"
#define OLD_CLOCKS OLD
#else
#error "which version did glibc give to its first symbols here?"
#endif

// The symbols moved from libpthread.so to libc.so in 2.34. On an older system Node has loaded libpthread.so.
#define BIND_TO(version, name) __asm__(".symver memglass_" #name "," #name "@" version)
#define BIND(name) BIND_TO(OLD, name)

extern "C" {

using Key = pthread_key_t;
using Once = pthread_once_t;
using Attributes = pthread_attr_t;

int memglass_pthread_create(pthread_t*, const Attributes*, void* (*)(void*), void*);
int memglass_pthread_attr_setstacksize(Attributes*, size_t);
int memglass_pthread_once(Once*, void (*)());
int memglass_pthread_key_create(Key*, void (*)(void*));
int memglass_pthread_key_delete(Key);
void* memglass_pthread_getspecific(Key);
int memglass_pthread_setspecific(Key, const void*);
int memglass_pthread_condattr_setclock(pthread_condattr_t*, clockid_t);
int memglass_sem_post(sem_t*);
int memglass_sem_trywait(sem_t*);
BIND(sem_post);
BIND(sem_trywait);
BIND(pthread_create);
BIND(pthread_attr_setstacksize);
BIND(pthread_once);
BIND(pthread_key_create);
BIND(pthread_key_delete);
BIND(pthread_getspecific);
BIND(pthread_setspecific);
BIND_TO(OLD_CLOCKS, pthread_condattr_setclock);

int __wrap_pthread_create(pthread_t* thread, const Attributes* attributes, void* (*main)(void*),
                          void* argument) {
  return memglass_pthread_create(thread, attributes, main, argument);
}
int __wrap_pthread_attr_setstacksize(Attributes* attributes, size_t size) {
  return memglass_pthread_attr_setstacksize(attributes, size);
}
int __wrap_pthread_once(Once* once, void (*function)()) { return memglass_pthread_once(once, function); }
int __wrap_pthread_key_create(Key* key, void (*end)(void*)) { return memglass_pthread_key_create(key, end); }
int __wrap___pthread_key_create(Key* key, void (*end)(void*)) {
  return memglass_pthread_key_create(key, end);
}
int __wrap_pthread_key_delete(Key key) { return memglass_pthread_key_delete(key); }
void* __wrap_pthread_getspecific(Key key) { return memglass_pthread_getspecific(key); }
int __wrap_pthread_setspecific(Key key, const void* value) {
  return memglass_pthread_setspecific(key, value);
}

int __wrap_pthread_condattr_setclock(pthread_condattr_t* attributes, clockid_t clock) {
  return memglass_pthread_condattr_setclock(attributes, clock);
}

int __wrap_sem_post(sem_t* semaphore) { return memglass_sem_post(semaphore); }
int __wrap_sem_trywait(sem_t* semaphore) { return memglass_sem_trywait(semaphore); }

/** Since 2.35; asked by libgcc for unwinding. "Not found" means no unwinding, which code without exceptions
 * never does. */
int __wrap__dl_find_object(void*, void*) { return -1; }

/** Since 2.36; asked by std::random_device, which is linked in but not used. */
uint32_t __wrap_arc4random() {
  uint32_t value = 0;
  while (getrandom(&value, sizeof value, 0) != sizeof value) {
  }
  return value;
}

/** Since 2.32; libstdc++ asks it whether locks can be skipped. Never: Node has threads. */
__attribute__((visibility("hidden"))) extern char __libc_single_threaded;
char __libc_single_threaded = 0;

}  // extern "C"
