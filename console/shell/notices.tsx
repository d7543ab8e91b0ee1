import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { TimeOfDay } from '../components/time.tsx';
import { useOutage } from './connection.ts';

interface Notice {
  readonly type: 'success' | 'error' | 'warning' | 'info';
  readonly header: ReactNode;
  readonly content?: ReactNode;
}

interface Notices {
  readonly shown: readonly (Notice & { readonly id: string })[];
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
        setShown((before) => [{ ...notice, id: crypto.randomUUID() }, ...before].slice(0, mostShown)),
      dismiss: (id: string) => setShown((before) => before.filter((notice) => notice.id !== id)),
    }),
    [shown],
  );
  return <NoticesContext value={notices}>{children}</NoticesContext>;
}

/** The notices: results of operations, which stay when another page is opened. */
export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error('NoticesProvider is missing');
  return notices;
}

/** The notices and, while reads fail, when the shown data was read. */
export function NoticeBar() {
  const { shown, dismiss } = useNotices();
  const outage = useOutage();
  const items: FlashbarProps.MessageDefinition[] = shown.map(({ id, type, header, content }) => ({
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
      header:
        lastRead === 0 ? (
          'Nothing was read yet'
        ) : (
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
