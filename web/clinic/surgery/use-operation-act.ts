import type { Change } from '../../link/act.ts';
import { refreshSurgery } from '../../link/surgery.ts';
import { useAct, type UsedAct } from '../../link/use-act.ts';
import { takeBack } from '../../link/take-back.ts';
import { now } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { offerUndo } from '../../parts/undo.ts';
import type { BoardItem } from './board-model.ts';
import { undoOf } from './surgery-acts.ts';

/** What is done to one operation: sent once, shown when it is stored, and taken back within ten seconds. */
export function useOperationAct(item: BoardItem | undefined): {
  readonly act: UsedAct;
  /** Whether it was stored. */
  readonly run: (done: string, changes: readonly Change[]) => Promise<boolean>;
} {
  const say = useText();
  const act = useAct(item?.patient ?? '');
  return {
    act,
    async run(done, changes) {
      if (item === undefined || changes.length === 0) return false;
      const title = `${item.person?.name ?? ''}: ${done}`;
      const stored = await act.send(title, changes);
      if (stored === undefined) {
        // What refused it is somebody else's act: it is shown.
        void refreshSurgery();
        return false;
      }
      await refreshSurgery();
      offerUndo({
        done: title,
        run: () =>
          void takeBack(
            item.patient,
            say('undo.of', { done: title }),
            undoOf(item, stored, say('surgery.undone'), now()),
          ).then(refreshSurgery),
      });
      return true;
    },
  };
}
