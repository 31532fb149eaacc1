import type { Depth } from '../../link/access.ts';
import type { TextKey } from '../../parts/text.tsx';

// Why clinicians open records that are not open, the commonest first. Each is a whole reason and can be gone on with.

const others: readonly TextKey[] = [
  'glass.readyAcute',
  'glass.readyConsult',
  'glass.readyFollowUp',
  'glass.readyComing',
  'glass.readyAsked',
  'glass.readyQuality',
];
const onTheWard: readonly TextKey[] = [
  'glass.readyCaring',
  ...others.filter((key) => key !== 'glass.readyComing'),
];

/** A patient who lies on one's own ward is opened for other reasons than one who lies elsewhere. */
export function readyReasons(depth: Depth): readonly TextKey[] {
  return depth === 'stay' ? onTheWard : others;
}
