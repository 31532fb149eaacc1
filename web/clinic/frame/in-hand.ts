import { useParams, useSearch } from '@tanstack/react-router';

// The patient in hand is in the address: the chart that is open, or the row that is chosen on the board.

export function usePatientInHand(): string | undefined {
  const { patient } = useParams({ strict: false });
  const { patient: chosen } = useSearch({ strict: false });
  return patient ?? chosen;
}

let lastWard: string | undefined;

/** The ward that F4 goes back to: the one last looked at in this tab. */
export function rememberWard(ward: string): void {
  lastWard = ward;
  sessionStorage.setItem('holdfast.ward', ward);
}

export function wardToReturnTo(own: string | null): string | undefined {
  return lastWard ?? sessionStorage.getItem('holdfast.ward') ?? own?.replace('Location/', '');
}
