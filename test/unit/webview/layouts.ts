import type { ViewLayout } from '../../../extension/protocol/viewTypes.ts';

/** The layout the settings have by default, with what a test wants otherwise. */
export function layoutOf(change: Partial<ViewLayout> = {}): ViewLayout {
  return {
    bytesPerRow: 16,
    groupSize: 1,
    endianness: 'big',
    upperCase: true,
    addressRadix: 'hex',
    ...change,
  };
}
