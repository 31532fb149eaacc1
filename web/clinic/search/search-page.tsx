import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { Finder } from './finder.tsx';

/** The same box as a page of its own, with the question in the address. */
export function SearchPage() {
  const { q = '' } = useSearch({ from: '/clinic/search' });
  const navigate = useNavigate({ from: '/search' });
  const say = useText();
  // What is typed is shown at once; the address follows.
  const [typed, setTyped] = useState(q);
  return (
    <div className="search-page">
      <PageTitle title={`${say('search.title')} · ${say('app.name')}`} />
      <h1>{say('search.title')}</h1>
      <section className="panel inset">
        <Finder
          typed={typed}
          onType={(next) => {
            setTyped(next);
            void navigate({ search: next === '' ? {} : { q: next }, replace: true });
          }}
        />
      </section>
    </div>
  );
}
