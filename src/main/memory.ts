import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets its memory grow to four times what is in use before it looks through all of it. With this it looks when `percent` of
 * that has been added: at 100 a process under load takes a fifth less memory, for a twentieth more of its time.
 */
export function keepMemoryLow(percent = 100): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** The `percent` of an import: at 100 it loses a tenth of its speed, without any it comes within a hair of 500 MB. */
export const importGrowth = 250;
