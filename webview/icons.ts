/** Brings the codicons, which nothing waits for: rows come first. */
export function bringIcons(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  // The id that VS Code's widgets look for.
  link.id = 'vscode-codicon-stylesheet';
  link.href = document.body.dataset['icons'] ?? '';
  document.head.append(link);
}
