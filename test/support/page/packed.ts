// Columns as text: typed arrays do not travel into a page by themselves.

const types = { BigUint64Array, Float64Array, Uint8Array, Uint32Array } as const;
type TypeName = keyof typeof types;

export function packed(value: object): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (!ArrayBuffer.isView(each)) return each;
    const bytes = new Uint8Array(each.buffer, each.byteOffset, each.byteLength);
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { type: each.constructor.name, bytes: btoa(text) };
  });
}

export function unpacked(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) => {
    if (typeof each !== 'object' || each === null || !('type' in each) || !('bytes' in each)) return each;
    const bytes = Uint8Array.from(atob(each.bytes as string), (character) => character.charCodeAt(0));
    return new types[each.type as TypeName](bytes.buffer);
  });
}
