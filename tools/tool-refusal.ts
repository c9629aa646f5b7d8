/** A tool that sees, before anybody is asked, that there is nothing to ask: why, in a whole sentence. Thrown by `describe`. */
export class ToolRefusal extends Error {}
