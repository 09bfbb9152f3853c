# Built by build.mjs. memglass_root is where src/ is seen from: build.mjs copies this file for the other builds, since
# node-gyp always builds beside it. The name memglass_sanitize is ours because Node's config.gypi sets `asan` itself.
{
  'variables': {
    'memglass_root%': '.',
    'memglass_sanitize%': 0,
    'memglass_bench%': 0,
    'memglass_old_glibc%': 1,
    'syscall_sources': [
      '<(memglass_root)/src/allocation.cc',
      '<(memglass_root)/src/atomic_store.cc',
      '<(memglass_root)/src/failure.cc',
      '<(memglass_root)/src/file_facts.cc',
      '<(memglass_root)/src/file_likeness.cc',
      '<(memglass_root)/src/file_locks.cc',
      '<(memglass_root)/src/file_open.cc',
      '<(memglass_root)/src/file_read.cc',
      '<(memglass_root)/src/file_worker.cc',
      '<(memglass_root)/src/file_write.cc',
      '<(memglass_root)/src/folder_list.cc',
      '<(memglass_root)/src/folder_watch.cc',
      '<(memglass_root)/src/guarded_child.cc',
      '<(memglass_root)/src/guarded_copy.cc',
      '<(memglass_root)/src/mapping_search.cc',
      '<(memglass_root)/src/mapping_window.cc',
      '<(memglass_root)/src/maps_line.cc',
      '<(memglass_root)/src/memory_read.cc',
      '<(memglass_root)/src/mount_kinds.cc',
      '<(memglass_root)/src/page_counts.cc',
      '<(memglass_root)/src/page_flags.cc',
      '<(memglass_root)/src/path_fate.cc',
      '<(memglass_root)/src/posix_object.cc',
      '<(memglass_root)/src/process_fds.cc',
      '<(memglass_root)/src/process_folder.cc',
      '<(memglass_root)/src/process_lines.cc',
      '<(memglass_root)/src/process_list.cc',
      '<(memglass_root)/src/process_maps.cc',
      '<(memglass_root)/src/process_scan.cc',
      '<(memglass_root)/src/process_write.cc',
      '<(memglass_root)/src/procmap_query.cc',
      '<(memglass_root)/src/region_figures.cc',
      '<(memglass_root)/src/region_list.cc',
      '<(memglass_root)/src/residency.cc',
      '<(memglass_root)/src/steady_condition.cc',
      '<(memglass_root)/src/named_semaphore.cc',
      '<(memglass_root)/src/save_beside.cc',
      '<(memglass_root)/src/save_checks.cc',
      '<(memglass_root)/src/save_in_place.cc',
      '<(memglass_root)/src/save_journal.cc',
      '<(memglass_root)/src/sparse_copy.cc',
      '<(memglass_root)/src/sysv_segment.cc',
      '<(memglass_root)/src/whole_io.cc',
      '<(memglass_root)/src/writability.cc',
    ],
  },
  'target_defaults': {
    'cflags': ['-Wall', '-Wextra', '-Werror', '-fvisibility=hidden', '-g'],
    'cflags_cc': ['-std=gnu++20', '-fvisibility-inlines-hidden'],
    # One binary for old distributions, too: none of the build machine's C++ library is needed where it runs.
    'ldflags': ['-static-libstdc++', '-static-libgcc'],
    'conditions': [
      ['memglass_sanitize==1', {
        # vptr needs the RTTI that Node's flags turn off.
        'cflags': ['-fsanitize=address,undefined', '-fno-sanitize=vptr', '-fno-sanitize-recover=all',
                   '-fno-omit-frame-pointer'],
        'ldflags': ['-fsanitize=address,undefined'],
        'defines': ['MEMGLASS_SANITIZE'],
      }, {
        'ldflags': ['-s'],
      }],
      ['memglass_sanitize==0 and memglass_old_glibc==1', {
        'sources': ['<(memglass_root)/src/old_glibc.cc'],
        'ldflags': [
          '-Wl,--wrap=pthread_create,--wrap=pthread_attr_setstacksize,--wrap=pthread_once',
          '-Wl,--wrap=pthread_key_create,--wrap=__pthread_key_create,--wrap=pthread_key_delete',
          '-Wl,--wrap=pthread_getspecific,--wrap=pthread_setspecific,--wrap=pthread_condattr_setclock',
          '-Wl,--wrap=_dl_find_object,--wrap=arc4random,--wrap=sem_post,--wrap=sem_trywait',
        ],
      }],
    ],
  },
  'targets': [
    {
      'target_name': 'memglass',
      'sources': [
        '<@(syscall_sources)',
        '<(memglass_root)/src/addon.cc',
        '<(memglass_root)/src/arguments.cc',
        '<(memglass_root)/src/caller_buffer.cc',
        '<(memglass_root)/src/calls.cc',
        '<(memglass_root)/src/cancellable.cc',
        '<(memglass_root)/src/change_wait.cc',
        '<(memglass_root)/src/marshal.cc',
        '<(memglass_root)/src/native_file.cc',
        '<(memglass_root)/src/object_calls.cc',
        '<(memglass_root)/src/process_calls.cc',
        '<(memglass_root)/src/save_arguments.cc',
        '<(memglass_root)/src/save_calls.cc',
        '<(memglass_root)/src/shared_calls.cc',
        '<(memglass_root)/src/sysv_calls.cc',
        '<(memglass_root)/src/watch_calls.cc',
      ],
      # -isystem: the warnings of others are not ours to make errors of.
      'cflags_cc': ['-isystem', '<(memglass_node_addon_api)'],
      'defines': [
        'NAPI_VERSION=8',
        'NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED',
        'NAPI_DISABLE_CPP_EXCEPTIONS',
        # While a worker_thread is being terminated nothing can be thrown; without this, trying to ends the process.
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      # nodelete: when a worker_thread that alone loaded the addon ends, Node calls dlclose(3) on it, while our threads
      # may still run (or hang) in its code.
      'ldflags': ['-Wl,-z,nodelete', '-Wl,--exclude-libs,ALL'],
    },
  ],
  'conditions': [
    ['memglass_bench==1', {
      'targets': [
        {
          'target_name': 'guarded_read_bench',
          'type': 'executable',
          'sources': ['<@(syscall_sources)', '<(memglass_root)/bench/guarded_read_bench.cc'],
          'include_dirs': ['<(memglass_root)/src'],
        },
      ],
    }],
  ],
}
