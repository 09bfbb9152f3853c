// What VS Code's API does with words, for tests of sentences that run without a VS Code: import this, and then what says
// them with `await import(…)`.
import { registerHooks } from 'node:module';

const url = 'words:vscode';
const source = `export const l10n = { t: (text, ...values) => text.replace(/\\{(\\d+)\\}/g, (_, at) => String(values[at])) };`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (asked, context, next) =>
    asked === url ? { format: 'module', source, shortCircuit: true } : next(asked, context),
});
