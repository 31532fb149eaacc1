import { page } from '../frame/page.tsx';

// What opens over a page, fetched after the first one stands.

export const AskOperation = page(() => import('./ask-operation.tsx'), 'AskOperation');
