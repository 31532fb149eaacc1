import { useEffect } from 'react';

// The screen locks when nobody has touched it for a while. Tabs of one browser share the time of the last touch: work in
// one of them keeps the others open.

const storageName = 'holdfast.touched';
const touches = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
// Writing the time of each mouse movement would cost more than the precision is worth.
const noteEveryMs = 1_000;

/** Calls `onIdle` once the screen has been untouched for `minutes`. */
export function useIdle(minutes: number, active: boolean, onIdle: () => void): void {
  useEffect(() => {
    if (!active || minutes <= 0) return undefined;
    const limitMs = minutes * 60_000;
    let noted = 0;
    const note = () => {
      const time = Date.now();
      if (time - noted < Math.min(noteEveryMs, limitMs / 4)) return;
      noted = time;
      localStorage.setItem(storageName, String(time));
    };
    note();
    const timer = setInterval(
      () => {
        const idle = Date.now() - Number(localStorage.getItem(storageName) ?? 0);
        // A computer's clock that was set back makes no lock at once and no lock never.
        if (idle >= limitMs) onIdle();
        else if (idle < 0) note();
      },
      Math.min(1_000, limitMs / 4),
    );
    for (const touch of touches) globalThis.addEventListener(touch, note, { passive: true, capture: true });
    return () => {
      clearInterval(timer);
      for (const touch of touches) globalThis.removeEventListener(touch, note, { capture: true });
    };
  }, [minutes, active, onIdle]);
}
