/**
 * As much of the end of a name as `room` characters hold, with an ellipsis before it: the end of a path is what tells
 * one library from another.
 */
export function nameEnd(name: string, room: number): string {
  if (name.length <= room) return name;
  const from = name.length - Math.max(1, room - 1);
  const isInCharacter = (name.charCodeAt(from) & 0xfc00) === 0xdc00;
  return `…${name.slice(isInCharacter ? from + 1 : from)}`;
}
