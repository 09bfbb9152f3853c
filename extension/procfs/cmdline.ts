/** /proc/<pid>/cmdline: the arguments as they lie in the process's memory, which it may have written over. */

export interface CommandLine {
  /**
   * Without the empty ones at the end. A process that sets its own title shows as one argument with blanks in it;
   * kernel threads and zombies have none.
   */
  readonly arguments: readonly Uint8Array[];
  /** How many empty arguments follow: given as such, or what a shorter title left. They cannot be told apart. */
  readonly emptyAtEnd: number;
}

/** Never throws. */
export function parseCmdline(bytes: Uint8Array): CommandLine {
  const all: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    all.push(bytes.slice(start, end));
    start = end + 1;
  }
  const length = all.findLastIndex((argument) => argument.length > 0) + 1;
  return { arguments: all.slice(0, length), emptyAtEnd: all.length - length };
}
