import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { TimeOfDay } from '../components/time.tsx';
import { useOutage } from './connection.ts';
import { usePlace } from './location.ts';
import { parsePlace, projectOf } from './routes.ts';

interface Notice {
  readonly type: 'success' | 'error' | 'warning' | 'info';
  readonly header: ReactNode;
  readonly content?: ReactNode;
}

interface ShownNotice extends Notice {
  readonly id: string;
  /** The project that was open; null for a page of no project. */
  readonly project: string | null;
}

interface Notices {
  readonly shown: readonly ShownNotice[];
  /** Shows a notice until the user dismisses it. */
  add(notice: Notice): void;
  dismiss(id: string): void;
}

/** Notices that are shown at once. An older one goes when a new one comes. */
const mostShown = 4;

const NoticesContext = createContext<Notices | null>(null);

/** Keeps the notices of the components below it. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Notices['shown']>([]);
  const notices = useMemo(
    () => ({
      shown,
      add: (notice: Notice) =>
        setShown((before) =>
          [{ ...notice, id: crypto.randomUUID(), project: openProject() }, ...before].slice(0, mostShown),
        ),
      dismiss: (id: string) => setShown((before) => before.filter((notice) => notice.id !== id)),
    }),
    [shown],
  );
  return <NoticesContext value={notices}>{children}</NoticesContext>;
}

/** The notices: results of operations, which stay when another page is opened, unless that is a page of another project. */
export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error('NoticesProvider is missing');
  return notices;
}

function openProject(): string | null {
  return projectOf(parsePlace(location.hash).route);
}

/** The notices and, while reads fail, when the shown data was read. */
export function NoticeBar() {
  const { shown, dismiss } = useNotices();
  const outage = useOutage();
  const here = projectOf(usePlace().route);
  const items: FlashbarProps.MessageDefinition[] = shown
    .filter(({ project }) => project === null || here === null || project === here)
    .map(({ id, type, header, content }) => ({
      id,
      type,
      header,
      content,
      dismissible: true,
      dismissLabel: 'Dismiss',
      onDismiss: () => dismiss(id),
    }));
  if (outage) {
    const { failure, lastRead } = outage;
    items.unshift({
      id: 'outage',
      type: 'warning',
      header: (
        <>
          Last read <TimeOfDay at={lastRead} />
        </>
      ),
      content: [
        failure.message,
        failure.remedy ?? '',
        failure.isPassing ? 'The page tries again by itself.' : '',
      ].join(' '),
    });
  }
  return <Flashbar items={items} i18nStrings={{ ariaLabel: 'Notices' }} />;
}
