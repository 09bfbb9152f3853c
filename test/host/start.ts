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
    control: false,
    smokeTestDriver: false, // with it no notification is shown
    environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }, // its terminal is a person's
  });
  try {
    const { address } = server.newWindow();
    console.log(`\nMemglass runs in VS Code at\n\n  ${address}\n`);
    console.log(
      `Try "Reopen Editor With…" on a file, or the shared memory segment /dev/shm/${demo.segment}. Ctrl+C ends it all.`,
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
