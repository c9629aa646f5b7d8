import katex from 'katex';

/** Draws LaTeX as MathML into `place`, without any HTML from text and without anything it could fetch. False: this is no LaTeX it knows; `place` is left empty. */
export function drawFormula(place: HTMLElement, source: string, display: boolean): boolean {
  try {
    katex.render(source, place, {
      output: 'mathml',
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxExpand: 500,
      maxSize: 20,
    });
    return true;
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    place.replaceChildren();
    return false;
  }
}
