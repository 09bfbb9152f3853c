/** The most one read of a view gives: pages are far smaller, and a message of more than this stutters. Bytes. */
export const largestRead = 64 * 1024;

/** The bytes of a deletion are kept up to this length: a longer one is not undone beyond a save, which knows them by digests. */
export const largestKeptDeletion = 16 * 2 ** 20;
