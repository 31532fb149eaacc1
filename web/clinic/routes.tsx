import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { Board } from './board/board.tsx';
import { readBoardPlace } from './board/board-place.ts';
import { forTreating } from './frame/for-treating.tsx';
import { page } from './frame/page.tsx';
import { SignedIn } from './frame/signed-in.tsx';
import { Home, NotFound } from './frame/home.tsx';
import { readInboxPlace } from './inbox/inbox-place.ts';
import { readLettersPlace } from './letters/letters-place.ts';
import { readMedicationPlace } from './medication/medication-place.ts';
import { readWardRoundPlace } from './medication/ward-round/ward-round-place.ts';
import { readNotesPlace } from './notes/notes-place.ts';
import { readResultsPlace } from './results/results-place.ts';
import { readReviewPlace } from './review/review-place.ts';
import { readSearchPlace } from './search/search-place.ts';
import { readSurgeryPlace } from './surgery/surgery-place.ts';
import { readVitalsPlace } from './vitals/vitals-place.ts';

// Every address of the clinic. Without a session each of them shows the log-in and then itself.

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** Without log-in: what works and what does not. */
const status = createRoute({
  getParentRoute: () => root,
  path: '/status',
  component: page(() => import('./status/status-page.tsx'), 'StatusPage'),
});

/** Where the region's own log-in sends people back to. */
const openid = createRoute({
  getParentRoute: () => root,
  path: '/openid',
  component: page(() => import('./log-in/openid-return.tsx'), 'OpenidReturn'),
});

const clinic = createRoute({ getParentRoute: () => root, id: 'clinic', component: SignedIn });
const home = createRoute({ getParentRoute: () => clinic, path: '/', component: Home });
const wards = createRoute({
  getParentRoute: () => clinic,
  path: '/wards',
  component: forTreating(page(() => import('./wards/wards.tsx'), 'Wards')),
});
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
  component: forTreating(page(() => import('./collection/collection.tsx'), 'Collection')),
});
/** The medicine of a ward, patient by patient. */
const wardRound = createRoute({
  getParentRoute: () => clinic,
  path: '/ward/$ward/round',
  component: forTreating(page(() => import('./medication/ward-round/ward-round.tsx'), 'WardRound')),
  validateSearch: readWardRoundPlace,
});
/** Which alerts were overridden. */
const overrides = createRoute({
  getParentRoute: () => clinic,
  path: '/overrides',
  component: forTreating(page(() => import('./medication/overrides/overrides.tsx'), 'Overrides')),
});
/** Changes that wait for the shared medication card. */
const cardQueue = createRoute({
  getParentRoute: () => clinic,
  path: '/fmk',
  component: forTreating(page(() => import('./medication/card/queue.tsx'), 'CardQueuePage')),
});
/** Letters that a ward owes, writes and receives. */
const wardLetters = createRoute({
  getParentRoute: () => clinic,
  path: '/ward/$ward/letters',
  component: forTreating(page(() => import('./letters/ward-letters.tsx'), 'WardLetters')),
});
/** Results that nobody has seen. */
const inbox = createRoute({
  getParentRoute: () => clinic,
  path: '/inbox',
  component: forTreating(page(() => import('./inbox/inbox.tsx'), 'Inbox')),
  validateSearch: readInboxPlace,
});
const search = createRoute({
  getParentRoute: () => clinic,
  path: '/search',
  component: forTreating(page(() => import('./search/search-page.tsx'), 'SearchPage')),
  validateSearch: readSearchPlace,
});
/** What is to be done on a ward. */
const tasks = createRoute({
  getParentRoute: () => clinic,
  path: '/ward/$ward/tasks',
  component: forTreating(page(() => import('./care/ward-tasks.tsx'), 'WardTasks')),
});
/** Who is to be fetched and brought. */
const transport = createRoute({
  getParentRoute: () => clinic,
  path: '/transport',
  component: forTreating(page(() => import('./transport/transports.tsx'), 'Transports')),
});
/** Operating departments and their programme. */
const surgery = createRoute({
  getParentRoute: () => clinic,
  path: '/surgery',
  component: forTreating(page(() => import('./surgery/surgery.tsx'), 'Surgery')),
  validateSearch: readSurgeryPlace,
});
/** Where another program sends someone who is to agree to it. */
const grant = createRoute({
  getParentRoute: () => clinic,
  path: '/grant/$uid',
  component: page(() => import('./grant/grant.tsx'), 'Grant'),
});

/** For those who look through what was opened with a reason. */
const review = createRoute({
  getParentRoute: () => clinic,
  path: '/review',
  component: page(() => import('./review/review.tsx'), 'Review'),
  validateSearch: readReviewPlace,
});

const patient = createRoute({
  getParentRoute: () => clinic,
  path: '/patient/$patient',
  component: forTreating(page(() => import('./frame/patient-frame.tsx'), 'PatientFrame')),
});
const overview = createRoute({
  getParentRoute: () => patient,
  path: '/',
  component: page(() => import('./chart/overview.tsx'), 'Overview'),
});
const vitals = createRoute({
  getParentRoute: () => patient,
  path: '/vitals',
  component: page(() => import('./vitals/vitals.tsx'), 'Vitals'),
  validateSearch: readVitalsPlace,
});
const fluids = createRoute({
  getParentRoute: () => patient,
  path: '/fluids',
  component: page(() => import('./fluids/fluids.tsx'), 'Fluids'),
});
const care = createRoute({
  getParentRoute: () => patient,
  path: '/care',
  component: page(() => import('./care/care.tsx'), 'Care'),
});
const handover = createRoute({
  getParentRoute: () => patient,
  path: '/handover',
  component: page(() => import('./care/handover.tsx'), 'Handover'),
});
const birth = createRoute({
  getParentRoute: () => patient,
  path: '/birth',
  component: page(() => import('./birth/birth.tsx'), 'BirthPage'),
  validateSearch: readVitalsPlace,
});
const medication = createRoute({
  getParentRoute: () => patient,
  path: '/medication',
  component: page(() => import('./medication/medication.tsx'), 'Medication'),
  validateSearch: readMedicationPlace,
});
const results = createRoute({
  getParentRoute: () => patient,
  path: '/results',
  component: page(() => import('./results/results.tsx'), 'Results'),
  validateSearch: readResultsPlace,
});
const notes = createRoute({
  getParentRoute: () => patient,
  path: '/notes',
  component: page(() => import('./notes/notes.tsx'), 'Notes'),
  validateSearch: readNotesPlace,
});
const letters = createRoute({
  getParentRoute: () => patient,
  path: '/letters',
  component: page(() => import('./letters/letters.tsx'), 'Letters'),
  validateSearch: readLettersPlace,
});
const diagnoses = createRoute({
  getParentRoute: () => patient,
  path: '/diagnoses',
  component: page(() => import('./diagnoses/diagnoses.tsx'), 'Diagnoses'),
});
const orders = createRoute({
  getParentRoute: () => patient,
  path: '/orders',
  component: page(() => import('./orders/orders.tsx'), 'Orders'),
});
const course = createRoute({
  getParentRoute: () => patient,
  path: '/course',
  component: page(() => import('./course/course.tsx'), 'Course'),
});

const routeTree = root.addChildren([
  status,
  openid,
  clinic.addChildren([
    home,
    wards,
    board,
    collection,
    wardRound,
    overrides,
    cardQueue,
    wardLetters,
    inbox,
    search,
    tasks,
    transport,
    surgery,
    review,
    grant,
    patient.addChildren([
      overview,
      vitals,
      fluids,
      care,
      handover,
      birth,
      medication,
      results,
      orders,
      notes,
      letters,
      diagnoses,
      course,
    ]),
  ]),
]);

export const router = createRouter({ routeTree, defaultPendingMs: 0, scrollRestoration: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
