import type { FoundIssue } from '../../link/fault.ts';
import { useText } from '../../parts/text.tsx';

/** Why a task or a transport was refused, in words of the ward. */
export function useCareWords(): (issue: FoundIssue) => string | undefined {
  const say = useText();
  return ({ detail }) =>
    detail === 'done-already'
      ? say('task.doneAlready')
      : detail === 'taken-already'
        ? say('task.takenAlready')
        : detail === 'step-back'
          ? say('task.stepBack')
          : undefined;
}
