/** One end of a message channel between the extension host and a webview (or a test's page). */
export interface Port {
  post(message: unknown): void;
  /** Calls `listener` with each message from the other end, until the returned function is called. */
  listen(listener: (message: unknown) => void): () => void;
}
