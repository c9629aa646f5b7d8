/** The parts of the WebAssembly build of eSpeak NG that its runner uses; the package brings no types. */
declare module 'espeak-ng' {
  interface ProgramOptions {
    /** The program's command line. */
    arguments: string[];
    /** The next byte of its input; null where there is no more for now. */
    stdin(): number | null;
    stdout(byte: number): void;
    stderr(byte: number): void;
    quit(status: number): void;
  }
  /** Runs the program to its end. */
  export default function espeakNg(options: ProgramOptions): Promise<unknown>;
}
