import { useText } from '../../parts/text.tsx';

/** lukker om 3 t 59 min · lukker om 12 min · lukker nu */
export function useTimeLeft(minutes: number): string {
  const say = useText();
  if (minutes <= 0) return say('glass.closesNow');
  if (minutes < 60) return say('glass.closesMinutes', { minutes });
  return say('glass.closesHours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
