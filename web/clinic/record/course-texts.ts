import type { TextKey } from '../../parts/text.tsx';
import type { CourseKind } from './course.ts';

export const courseTexts = {
  stay: 'course.stay',
  diagnosis: 'course.diagnosis',
  procedure: 'course.procedure',
  report: 'course.report',
  imaging: 'course.imaging',
  medication: 'course.medication',
  note: 'course.note',
  immunization: 'course.immunization',
  plan: 'course.plan',
  goal: 'course.goal',
} as const satisfies Record<CourseKind, TextKey>;
