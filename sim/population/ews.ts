// The early-warning score: NEWS2 (Royal College of Physicians, 2017), the table that the Danish regional charts build
// on. Pure: measurements in, score out. Scale 2 for oxygen saturation is for patients with known hypercapnic failure.

export type Consciousness = 'A' | 'C' | 'V' | 'P' | 'U';

export interface Measurements {
  readonly respiration: number;
  readonly spo2: number;
  /** Litres a minute; 0 on room air. */
  readonly oxygen: number;
  readonly systolic: number;
  readonly pulse: number;
  readonly temperature: number;
  readonly consciousness: Consciousness;
}

export interface EarlyWarning {
  readonly score: number;
  /** One measurement alone gives three points: to be reacted on whatever the sum is. */
  readonly threeInOne: boolean;
}

export function earlyWarning(measured: Measurements, spo2Scale: 1 | 2 = 1): EarlyWarning {
  const points = [
    respirationPoints(measured.respiration),
    spo2Scale === 1 ? spo2Points(measured.spo2) : spo2PointsScale2(measured.spo2, measured.oxygen > 0),
    measured.oxygen > 0 ? 2 : 0,
    systolicPoints(measured.systolic),
    pulsePoints(measured.pulse),
    measured.consciousness === 'A' ? 0 : 3,
    temperaturePoints(measured.temperature),
  ];
  return { score: points.reduce((sum, each) => sum + each, 0), threeInOne: points.includes(3) };
}

/** When to measure again, in minutes. The steps are those of the wards' own chart; nights are no exception. */
export function minutesToNext({ score, threeInOne }: EarlyWarning): number {
  if (score >= 7) return 60;
  if (score >= 5) return 120;
  if (score >= 3 || threeInOne) return 240;
  if (score === 2) return 480;
  return 720;
}

function respirationPoints(perMinute: number): number {
  if (perMinute <= 8) return 3;
  if (perMinute <= 11) return 1;
  if (perMinute <= 20) return 0;
  return perMinute <= 24 ? 2 : 3;
}

function spo2Points(percent: number): number {
  if (percent <= 91) return 3;
  if (percent <= 93) return 2;
  return percent <= 95 ? 1 : 0;
}

function spo2PointsScale2(percent: number, onOxygen: boolean): number {
  if (percent <= 83) return 3;
  if (percent <= 85) return 2;
  if (percent <= 87) return 1;
  if (percent <= 92 || !onOxygen) return 0;
  if (percent <= 94) return 1;
  return percent <= 96 ? 2 : 3;
}

function systolicPoints(mmHg: number): number {
  if (mmHg <= 90) return 3;
  if (mmHg <= 100) return 2;
  if (mmHg <= 110) return 1;
  return mmHg <= 219 ? 0 : 3;
}

function pulsePoints(perMinute: number): number {
  if (perMinute <= 40) return 3;
  if (perMinute <= 50) return 1;
  if (perMinute <= 90) return 0;
  if (perMinute <= 110) return 1;
  return perMinute <= 130 ? 2 : 3;
}

function temperaturePoints(celsius: number): number {
  if (celsius <= 35) return 3;
  if (celsius <= 36) return 1;
  if (celsius <= 38) return 0;
  return celsius <= 39 ? 1 : 2;
}
