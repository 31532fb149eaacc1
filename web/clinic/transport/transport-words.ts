import type { TransportMode, TransportState } from '#fhir/transport/transport.ts';
import type { TextKey } from '../../parts/text.tsx';

export const modeTexts = {
  bed: 'transport.bed',
  wheelchair: 'transport.wheelchair',
  walking: 'transport.walking',
} as const satisfies Record<TransportMode, TextKey>;

export const stateTexts = {
  ordered: 'transport.ordered',
  taken: 'transport.taken',
  'under-way': 'transport.underWay',
  delivered: 'transport.delivered',
  cancelled: 'transport.cancelled',
} as const satisfies Record<TransportState, TextKey>;
