/** Folders that programs fill: nothing in them is a person's own file. */
export const SKIPPED_FOLDERS = ['node_modules', '__pycache__', 'bower_components', 'venv', 'site-packages'] as const;

const SKIPPED: ReadonlySet<string> = new Set(SKIPPED_FOLDERS);

export const isSkipped = (name: string): boolean => name.startsWith('.') || SKIPPED.has(name);
