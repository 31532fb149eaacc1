import type { TextKey } from '../../parts/text.tsx';

export const areaTexts: Readonly<Record<string, TextKey>> = {
  function: 'area.function',
  movement: 'area.movement',
  nutrition: 'area.nutrition',
  skin: 'area.skin',
  communication: 'area.communication',
  psychosocial: 'area.psychosocial',
  respiration: 'area.respiration',
  sexuality: 'area.sexuality',
  pain: 'area.pain',
  sleep: 'area.sleep',
  knowledge: 'area.knowledge',
  elimination: 'area.elimination',
};
