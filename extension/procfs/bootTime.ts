import { eachLine, toNumber, words } from './lines.ts';

/** The line `btime` of /proc/stat: when the machine was booted, in seconds since 1970. */
export function parseBootTime(bytes: Uint8Array): number | undefined {
  let bootTime: number | undefined;
  eachLine(bytes, (start, end) => {
    const [key, value, ...more] = words(bytes, start, Math.min(end, start + 64));
    if (key === 'btime' && more.length === 0) bootTime ??= toNumber(value);
    return true;
  });
  return bootTime;
}
