import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { Board } from './board/board.tsx';
import { readBoardPlace } from './board/board-place.ts';
import { Overview } from './chart/overview.tsx';
import { forTreating } from './frame/for-treating.tsx';
import { PatientFrame } from './frame/patient-frame.tsx';
import { SignedIn } from './frame/signed-in.tsx';
import { Home, NotFound } from './frame/home.tsx';
import { Collection } from './collection/collection.tsx';
import { Course } from './course/course.tsx';
import { Diagnoses } from './diagnoses/diagnoses.tsx';
import { Grant } from './grant/grant.tsx';
import { Orders } from './orders/orders.tsx';
import { OpenidReturn } from './log-in/openid-return.tsx';
import { Inbox } from './inbox/inbox.tsx';
import { readInboxPlace } from './inbox/inbox-place.ts';
import { Medication } from './medication/medication.tsx';
import { readMedicationPlace } from './medication/medication-place.ts';
import { Notes } from './notes/notes.tsx';
import { readNotesPlace } from './notes/notes-place.ts';
import { Results } from './results/results.tsx';
import { readResultsPlace } from './results/results-place.ts';
import { Review } from './review/review.tsx';
import { readReviewPlace } from './review/review-place.ts';
import { SearchPage } from './search/search-page.tsx';
import { readSearchPlace } from './search/search-place.ts';
import { StatusPage } from './status/status-page.tsx';
import { Vitals } from './vitals/vitals.tsx';
import { readVitalsPlace } from './vitals/vitals-place.ts';
import { Wards } from './wards/wards.tsx';

// Every address of the clinic. Without a session each of them shows the log-in and then itself.

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** Without log-in: what works and what does not. */
const status = createRoute({ getParentRoute: () => root, path: '/status', component: StatusPage });

/** Where the region's own log-in sends people back to. */
const openid = createRoute({ getParentRoute: () => root, path: '/openid', component: OpenidReturn });

const clinic = createRoute({ getParentRoute: () => root, id: 'clinic', component: SignedIn });
const home = createRoute({ getParentRoute: () => clinic, path: '/', component: Home });
const wards = createRoute({ getParentRoute: () => clinic, path: '/wards', component: forTreating(Wards) });
const board = createRoute({
  getParentRoute: () => clinic,
  path: '/ward/$ward',
  component: forTreating(Board),
  validateSearch: readBoardPlace,
});
/** What is to be taken on a ward. */
const collection = createRoute({
  getParentRoute: () => clinic,
  path: '/ward/$ward/collection',
  component: forTreating(Collection),
});
/** Results that nobody has seen. */
const inbox = createRoute({
  getParentRoute: () => clinic,
  path: '/inbox',
  component: forTreating(Inbox),
  validateSearch: readInboxPlace,
});
const search = createRoute({
  getParentRoute: () => clinic,
  path: '/search',
  component: forTreating(SearchPage),
  validateSearch: readSearchPlace,
});
/** Where another program sends someone who is to agree to it. */
const grant = createRoute({ getParentRoute: () => clinic, path: '/grant/$uid', component: Grant });

/** For those who look through what was opened with a reason. */
const review = createRoute({
  getParentRoute: () => clinic,
  path: '/review',
  component: Review,
  validateSearch: readReviewPlace,
});

const patient = createRoute({
  getParentRoute: () => clinic,
  path: '/patient/$patient',
  component: forTreating(PatientFrame),
});
const overview = createRoute({ getParentRoute: () => patient, path: '/', component: Overview });
const vitals = createRoute({
  getParentRoute: () => patient,
  path: '/vitals',
  component: Vitals,
  validateSearch: readVitalsPlace,
});
const medication = createRoute({
  getParentRoute: () => patient,
  path: '/medication',
  component: Medication,
  validateSearch: readMedicationPlace,
});
const results = createRoute({
  getParentRoute: () => patient,
  path: '/results',
  component: Results,
  validateSearch: readResultsPlace,
});
const notes = createRoute({
  getParentRoute: () => patient,
  path: '/notes',
  component: Notes,
  validateSearch: readNotesPlace,
});
const diagnoses = createRoute({ getParentRoute: () => patient, path: '/diagnoses', component: Diagnoses });
const orders = createRoute({ getParentRoute: () => patient, path: '/orders', component: Orders });
const course = createRoute({ getParentRoute: () => patient, path: '/course', component: Course });

const routeTree = root.addChildren([
  status,
  openid,
  clinic.addChildren([
    home,
    wards,
    board,
    collection,
    inbox,
    search,
    review,
    grant,
    patient.addChildren([overview, vitals, medication, results, orders, notes, diagnoses, course]),
  ]),
]);

export const router = createRouter({ routeTree, defaultPendingMs: 0, scrollRestoration: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
