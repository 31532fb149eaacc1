import { page } from '../frame/page.tsx';

/** Opens over the board, fetched after it. */
export const TransportDialog = page(() => import('./transport-dialog.tsx'), 'TransportDialog');
