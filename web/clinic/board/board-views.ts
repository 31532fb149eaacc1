import { page } from '../frame/page.tsx';

// What of the board is not the list, fetched after it.

export const BoardSide = page(() => import('./board-side.tsx'), 'BoardSide');
export const BoardPlan = page(() => import('./board-plan.tsx'), 'BoardPlan');
export const BoardBig = page(() => import('./board-big.tsx'), 'BoardBig');
