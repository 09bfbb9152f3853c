/** As much of the end of a text as `room` characters hold, with an ellipsis before it. */
export function textEnd(text: string, room: number): string {
  if (text.length <= room) return text;
  const from = text.length - Math.max(1, room - 1);
  const isInCharacter = (text.charCodeAt(from) & 0xfc00) === 0xdc00;
  return `…${text.slice(isInCharacter ? from + 1 : from)}`;
}

/**
 * As much of the name of a region as `room` characters hold. Of a path the folders go first, and where its last name alone
 * is too long, the end of that: names of libraries and of shared memory begin with what tells them apart.
 */
export function regionName(name: string, room: number): string {
  const last = name.startsWith('/') ? name.slice(name.lastIndexOf('/') + 1) : name;
  if (name.length <= room || last.length < room) return textEnd(name, room);
  const to = Math.max(1, room - 1);
  const isInCharacter = (last.charCodeAt(to) & 0xfc00) === 0xdc00;
  return `${last.slice(0, isInCharacter ? to - 1 : to)}…`;
}
