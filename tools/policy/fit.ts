/** `unclear`: nothing proves either; an `allow` takes it for a no, `ask` and `deny` take it for a yes. */
export type Fit = 'yes' | 'no' | 'unclear';

export const asFit = (fits: boolean): Fit => (fits ? 'yes' : 'no');
