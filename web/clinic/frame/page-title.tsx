// The browser tab carries bed and initials, never a name or a number: it is seen by everyone who passes.

export function PageTitle({ title, mark }: { readonly title: string; readonly mark?: string | undefined }) {
  return (
    <>
      <title>{title}</title>
      <link rel="icon" type="image/svg+xml" href={mark === undefined ? '/holdfast.svg' : markImage(mark)} />
    </>
  );
}

function markImage(mark: string): string {
  const letters = mark.slice(0, 3).replace(/[<&>]/g, '');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b5f73"/><text x="16" y="22" font-family="sans-serif" font-size="${letters.length > 2 ? 13 : 16}" font-weight="700" text-anchor="middle" fill="#fff">${letters}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
