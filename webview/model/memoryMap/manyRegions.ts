/** What is done for more regions than this is done in a task of its own: each takes as long as to draw a frame. */
export const manyRegions = 8192;
