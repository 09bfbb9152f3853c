/** Both sides have it; the ES library does not name it. */
declare function setTimeout(callback: () => void, milliseconds: number): unknown;
