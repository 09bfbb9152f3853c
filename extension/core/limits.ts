/** The most one read of a view gives: pages are far smaller, and a message of more than this stutters. Bytes. */
export const largestRead = 64 * 1024;
