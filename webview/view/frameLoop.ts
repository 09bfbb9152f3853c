/** Draws at most once a frame, however much asks for it. Asking while drawing draws again in the next frame. */
export class FrameLoop {
  readonly #draw: () => void;
  #isScheduled = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }
}
