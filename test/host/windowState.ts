// What a window of VS Code remembers in the browser. Both functions run in its page.

/** Headless pages always have the focus, so losing it is played; VS Code then begins to write its state down. */
export function pretendToLoseFocus(): void {
  const { hasFocus } = document;
  document.hasFocus = () => false;
  window.dispatchEvent(new Event('blur'));
  document.hasFocus = hasFocus;
  window.dispatchEvent(new Event('focus'));
}

/** Whether what is written down of the editors includes these texts, such as their names. It takes VS Code a second or two to write. */
export async function savedEditors(names: readonly string[]): Promise<boolean> {
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    // One database per folder, two for all of them.
    if (name === undefined || !/^vscode-web-state-db-(?!global)/.test(name)) continue;
    const database = await settled(indexedDB.open(name));
    try {
      const items = database.transaction('ItemTable').objectStore('ItemTable');
      const value = String(await settled(items.get('memento/workbench.parts.editor')));
      if (names.every((wanted) => value.includes(wanted))) return true;
    } finally {
      database.close();
    }
  }
  return false;
}
