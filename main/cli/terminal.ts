/** Does a person sit at this command? */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;
