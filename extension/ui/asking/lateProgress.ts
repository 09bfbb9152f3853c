import * as vscode from 'vscode';

/** Milliseconds until what is still running is shown. */
const patience = 1000;

/**
 * Runs what is nearly always quick; where it is not, a notification says so and lets the user end it. `say`: how far it is,
 * in words, after the title.
 */
export async function withLateProgress<T>(
  title: string,
  run: (isCancelled: () => boolean, say: (how: string) => void) => Promise<T>,
): Promise<T> {
  let isCancelled = false;
  let said = '';
  let show = (_message: string) => {};
  const say = (how: string) => {
    said = how;
    show(how);
  };
  const running = run(() => isCancelled, say);
  const ended = running.then(
    () => {},
    () => {},
  );
  const location = vscode.ProgressLocation.Notification;
  const timer = setTimeout(() => {
    void vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => {
        isCancelled = true;
      });
      show = (message) => progress.report({ message });
      if (said !== '') show(said);
      await ended;
    });
  }, patience);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
  }
}
