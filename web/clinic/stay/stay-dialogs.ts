import { page } from '../frame/page.tsx';

// What opens over a page, fetched after the first one stands.

export const StayDialog = page(() => import('./stay-dialog.tsx'), 'StayDialog');
export const StrangerDialog = page(() => import('./stranger-dialog.tsx'), 'StrangerDialog');
