/** Shortest thumb that a hand can take hold of, pixels. */
const shortestThumb = 24;

/** A scrollbar's thumb, pixels from the top of its track. */
export interface Thumb {
  readonly top: number;
  readonly height: number;
}

/** `ratio`: how far down the view is, 0 … 1. `shown`: what part of the whole is visible, 0 … 1. */
export function thumbAt(ratio: number, shown: number, track: number): Thumb {
  const height = Math.min(track, Math.max(shortestThumb, shown * track));
  return { top: ratio * (track - height), height };
}

/** The ratio at which the thumb's top stands at `top`. */
export function ratioAt(top: number, thumb: Thumb, track: number): number {
  const room = track - thumb.height;
  return room <= 0 ? 0 : Math.min(1, Math.max(0, top / room));
}

/**
 * How much of a drag counts, by how far beside the scrollbar the pointer is: 1 up to `near` pixels away, then halved
 * for each further `near` pixels. On a file of a terabyte a pixel is gigabytes; pulled aside it becomes a row.
 */
export function dragFineness(aside: number, near = 40): number {
  return aside <= near ? 1 : 0.5 ** ((aside - near) / near);
}
