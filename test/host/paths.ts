// Where things are in this repository, for the harness.
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const vsix = join(root, 'out/memglass.vsix');
export const blankExtension = join(root, 'test/support/blank-extension');
/** Screenshots and logs, of failures among others. */
export const screenshots = join(root, 'out/screenshots');
/** A debug adapter with a real process. */
export const debuggerExtension = join(root, 'test/support/debugger-extension');
