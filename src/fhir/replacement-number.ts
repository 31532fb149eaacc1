/**
 * Numbers for people whose CPR number is not known or not given out yet: newborns, foreigners, unconscious people without
 * papers. Given by the hospital itself they are D-eCPR (decentral erstatnings-CPR): DDMMYY, a digit for the century, two
 * letters, a digit that is odd for men and even for women (dk-core-d-ecpr-identifier of HL7 Denmark's dk-core).
 */
export const replacementSystem = 'urn:oid:1.2.208.176.1.6.1.3';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * A number that nobody is likely to have: one of 3,380 of a day and sex, so whoever stores it is told when it is taken.
 * @param birthDate `YYYY-MM-DD`; of somebody unknown, the first of January of the year they seem to be born in.
 * @param sex Of somebody unknown it may be unknown.
 */
export function replacementNumber(
  birthDate: string,
  sex: 'female' | 'male' | 'unknown',
  random: () => number = Math.random,
): string {
  const [year = '1900', month = '01', day = '01'] = birthDate.split('-');
  const pick = (count: number) => Math.floor(random() * count);
  const letter = () => letters.charAt(pick(letters.length));
  const last = sex === 'unknown' ? pick(10) : pick(5) * 2 + (sex === 'male' ? 1 : 0);
  return `${day}${month}${year.slice(2)}${Number(year) < 2000 ? 0 : 6}${letter()}${letter()}${last}`;
}

/** Systems of numbers that one person alone has. */
export function isPersonalNumber(system: unknown): boolean {
  return (
    system === 'urn:oid:1.2.208.176.1.2' ||
    // National, and those of each region.
    (typeof system === 'string' && /^urn:oid:1\.2\.208\.176\.1\.6\.1\.(1|3)(\.\d+)?$/.test(system))
  );
}
