// Line icons of the rail, drawn here: a dozen strokes need no library.

const paths = {
  ward: 'M3 18v-8m0 5h18m0 3v-4a3 3 0 0 0-3-3h-8v4M6.5 12.5a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4',
  chart: 'M12 11.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6M4.5 20c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  medication: 'M8 3h8v4H8zM7 7h10v13H7zM7 12h10M12 13.5v4M10 15.5h4',
  results: 'M9 3h6M10 3v6L5 18.5A1.8 1.8 0 0 0 6.6 21h10.8a1.8 1.8 0 0 0 1.6-2.5L14 9V3M7.5 15h9',
  orders: 'M6 4h12v17H6zM9.5 2.5h5v3h-5zM12 9.5v7M8.5 13h7',
  collection: 'M9 3h6M10.2 3v14.2a1.8 1.8 0 0 0 3.6 0V3M10.2 11h3.6',
  inbox: 'M4 13 6.5 5h11L20 13v6H4zM4 13h5l1.2 2.5h3.6L15 13h5',
  notes: 'M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 15.5h7M9 8.5h3',
  letters: 'M3 6h18v13H3zM3 6.5l9 7 9-7',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 21 21',
  diagnoses: 'M5 5h14M5 10h14M5 15h9M5 20h9M17 15l2 2 3-4',
  course: 'M4 12h16M7 12V8m5 4V5m5 7v-3M7 12v4m5-4v7m5-7v4',
  review: 'M4 12s3-6 8-6 8 6 8 6-3 6-8 6-8-6-8-6M12 14.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2',
  surgery: 'M4 20 14 10l4-6 2 2-6 8M8 16l4 4',
  status: 'M5 20V10m4.7 10V5m4.6 15v-8M19 20V8',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
