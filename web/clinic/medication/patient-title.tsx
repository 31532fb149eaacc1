import { showCpr } from '../record/person.ts';
import { usePatientFacts } from '../record/use-patient.ts';

/** Whose it is, above all that is signed. */
export function PatientTitle({ patient }: { readonly patient: string }) {
  const { person, stay } = usePatientFacts(patient);
  return (
    <span className="stay-who">
      <b>{person?.name ?? '…'}</b> {person?.cpr === undefined ? person?.birthDate : showCpr(person.cpr)}{' '}
      {stay?.ward?.name} {stay?.bed?.name}
    </span>
  );
}
