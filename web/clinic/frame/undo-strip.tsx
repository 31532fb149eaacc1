import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';
import { useUndoable, withdrawUndo } from '../../parts/undo.ts';

/** At the foot of the page, for some seconds: what was done, and the way back. */
export function UndoStrip() {
  const say = useText();
  const undoable = useUndoable();
  return (
    <output className="undo-strip no-print">
      {undoable !== undefined && (
        <div>
          <span className="grow">✓ {undoable.done}</span>
          <Button
            onPress={() => {
              withdrawUndo();
              undoable.run();
            }}
          >
            {say('undo.button')}
          </Button>
        </div>
      )}
    </output>
  );
}
