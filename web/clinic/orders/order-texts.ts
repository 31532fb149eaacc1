import type { OrderState } from '#fhir/orders/steps.ts';
import type { TextKey } from '../../parts/text.tsx';

export const stateTexts = {
  created: 'step.created',
  sent: 'step.sent',
  received: 'step.received',
  collected: 'step.collected',
  answered: 'step.answered',
  cancelled: 'step.cancelled',
  rejected: 'step.rejected',
} as const satisfies Record<OrderState, TextKey>;
