/**
 * The login guard of several processes: the first one keeps the failures, the others ask it before they check a password
 * and tell it what came of that.
 */
import type { EventEmitter } from 'node:events';
import { Refusal } from '#base/refusal.ts';
import type { LoginGuard } from '#identity/login-guard.ts';

export type GuardQuestion =
  | { readonly kind: 'attempt'; readonly n: number; readonly user: string; readonly address: string }
  | { readonly kind: 'verdict'; readonly n: number; readonly right: boolean };
export type GuardAnswer =
  | { readonly kind: 'check'; readonly n: number }
  | { readonly kind: 'counted'; readonly n: number }
  | {
      readonly kind: 'refused';
      readonly n: number;
      readonly text: string;
      readonly headers: Readonly<Record<string, string>>;
    };

export function isGuardQuestion(report: { readonly kind: string }): report is GuardQuestion {
  return report.kind === 'attempt' || report.kind === 'verdict';
}
export function isGuardAnswer(order: { readonly kind: string }): order is GuardAnswer {
  return order.kind === 'check' || order.kind === 'counted' || order.kind === 'refused';
}

/** In the first process. `from` says what the asking process says, and when it is gone. */
export function answerGuard(
  guard: LoginGuard,
  question: GuardQuestion,
  answer: (answer: GuardAnswer) => void,
  from: EventEmitter,
): void {
  if (question.kind !== 'attempt') return;
  const { n, user, address } = question;
  const check = () =>
    new Promise<true | undefined>((resolve) => {
      const done = (right: boolean) => {
        from.off('message', hear);
        from.off('exit', gone);
        resolve(right ? true : undefined);
      };
      const hear = (said: GuardQuestion) => {
        if (said.kind === 'verdict' && said.n === n) done(said.right);
      };
      // A process that dies between question and verdict has tried all the same.
      const gone = () => done(false);
      from.on('message', hear);
      from.on('exit', gone);
      answer({ kind: 'check', n });
    });
  guard.attempt(user, address, check).then(
    () => answer({ kind: 'counted', n }),
    (error: unknown) =>
      answer({
        kind: 'refused',
        n,
        text: error instanceof Error ? error.message : String(error),
        headers: error instanceof Refusal ? error.headers : {},
      }),
  );
}

/** In the others: the guard, and what hears the answers. */
export function askGuard(ask: (question: GuardQuestion) => void): {
  readonly guard: LoginGuard;
  readonly hear: (answer: GuardAnswer) => void;
} {
  const waiting = new Map<number, (answer: GuardAnswer) => void>();
  let last = 0;
  return {
    hear: (answer) => waiting.get(answer.n)?.(answer),
    guard: {
      attempt<T>(user: string, address: string, check: () => Promise<T | undefined>) {
        const n = ++last;
        return new Promise<T | undefined>((resolve, reject) => {
          let found: T | undefined;
          waiting.set(n, (answer) => {
            if (answer.kind === 'check') {
              check().then(
                (one) => {
                  found = one;
                  ask({ kind: 'verdict', n, right: one !== undefined });
                },
                (error: unknown) => {
                  waiting.delete(n);
                  ask({ kind: 'verdict', n, right: false });
                  reject(error);
                },
              );
              return;
            }
            waiting.delete(n);
            if (answer.kind === 'counted') resolve(found);
            else reject(new Refusal('slowed', answer.text, { headers: { ...answer.headers } }));
          });
          ask({ kind: 'attempt', n, user, address });
        });
      },
    },
  };
}
