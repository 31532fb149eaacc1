/**
 * Something outside the program keeps it from starting or going on: a folder, a port, another program. The message is
 * one sentence that says what was found and how to repair it; the command line prints it without a stack.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
