import * as vscode from 'vscode';

/** Milliseconds until what is still running is shown. */
const patience = 1000;

/** Runs what is nearly always quick; where it is not, a notification says so and lets the user end it. */
export async function withLateProgress<T>(title: string, run: (isCancelled: () => boolean) => Promise<T>): Promise<T> {
  let isCancelled = false;
  const running = run(() => isCancelled);
  const ended = running.then(
    () => {},
    () => {},
  );
  const location = vscode.ProgressLocation.Notification;
  const timer = setTimeout(() => {
    void vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      token.onCancellationRequested(() => {
        isCancelled = true;
      });
      await ended;
    });
  }, patience);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
  }
}
