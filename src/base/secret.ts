import { inspect } from 'node:util';

const shown = '[secret]';

/** A text that no log, error or JSON may carry: it prints as `[secret]`, and only `reveal` gives it away. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

/** A database address as it may be shown: who and where, with the password replaced. */
export function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z]+:\/\/[^/?#:@]*):[^@/]*@/i, `$1:${shown}@`)
    .replace(/([?&]password=)[^&]*/gi, `$1${shown}`);
}
