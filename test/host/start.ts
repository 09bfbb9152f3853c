// `npm start`: the packaged extension in a real VS Code, with the demo workspace, until Ctrl+C.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startDemo } from './demo.ts';
import { vsix } from './paths.ts';
import { VSCode } from './vscode.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' }, port: { type: 'string' } } });

const interrupted = new Promise<void>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
});

const demo = startDemo();
try {
  const server = await VSCode.start({
    vsix,
    workspace: values.folder ?? demo.folder,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    // In the demo a click is enough. For other files Memglass is one of the editors to choose, as it is for everyone.
    settings: {
      'workbench.editorAssociations': { '*.bin': 'memglass.hex', '*.elf': 'memglass.hex', '*.img': 'memglass.hex' },
    },
    control: false,
    smokeTestDriver: false, // with it no notification is shown
    environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }, // its terminal is a person's
  });
  try {
    const { address } = server.newWindow();
    console.log(`\nMemglass runs in VS Code at\n\n  ${address}\n`);
    console.log(
      `Click a file, try "Reopen Editor With…" on a log, or look at the shared memory segment /dev/shm/${demo.segment}. Ctrl+C ends it all.`,
    );
    if (process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined) {
      spawn('xdg-open', [address], { stdio: 'ignore', detached: true })
        .on('error', () => {})
        .unref();
    }
    await interrupted;
  } finally {
    await server.stop();
  }
} finally {
  await demo.stop();
}
